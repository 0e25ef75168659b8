using System.Reflection;

namespace OrderFunctions.Core.Tests.Situations;

/// <summary>The table "Situations" of docs/providers.md names tests that there are, and every test of this folder.</summary>
public sealed class SituationTableTests
{
    private static readonly Type[] Tests = typeof(SituationTableTests).Assembly.GetTypes();

    [Fact]
    public void Each_row_is_a_test()
    {
        var tests = NamesOf(Tests);
        var named = NamedByThePage();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, name => !tests.Contains(name));
    }

    [Fact]
    public void Each_situation_is_a_row()
    {
        var situations = NamesOf(Tests.Where(type => type.IsSubclassOf(typeof(SituationTest))));

        Assert.Empty(situations.Except(NamedByThePage()));
    }

    [Fact]
    public void No_test_is_two_rows() => Assert.Equal(NamedByThePage().Distinct(), NamedByThePage());

    private static HashSet<string> NamesOf(IEnumerable<Type> types) =>
        [
            .. types
                .SelectMany(type => type.GetMethods())
                .Where(method => method.GetCustomAttribute<FactAttribute>() is { Skip: null })
                .Select(method => method.Name),
        ];

    private static List<string> NamedByThePage()
    {
        using var page = typeof(SituationTableTests).Assembly.GetManifestResourceStream("providers.md")!;
        using var reader = new StreamReader(page);
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n')
                .SkipWhile(line => !line.StartsWith("| situation |", StringComparison.Ordinal))
                .Skip(2)
                .TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Trim('|', ' ', '\r').Split('|', StringSplitOptions.TrimEntries)[^1].Trim('`')),
        ];
    }
}
