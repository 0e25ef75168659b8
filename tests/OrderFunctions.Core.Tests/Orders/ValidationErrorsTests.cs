using OrderFunctions.Json;

namespace OrderFunctions.Orders;

public sealed class ValidationErrorsTests
{
    private readonly ValidationErrors _errors = new();

    [Fact]
    public void Two_hundred_errors_are_told_and_of_the_others_how_many_there_are()
    {
        Add(200);
        Assert.Equal((false, null), (_errors.IsFull, _errors.Rest));

        Add(3);
        Assert.True(_errors.IsFull);
        Assert.Equal(200, _errors.ToDictionary().Values.Sum(messages => messages.Length));
        Assert.Equal("These are the first 200 errors; there are at least 3 more.", _errors.Rest);
    }

    [Fact]
    public void A_long_path_and_a_long_message_are_cut_and_no_letter_is_cut_in_half()
    {
        _errors.Add(new string('p', 128), new string('m', 256));
        _errors.Add(new string('q', 129), "a" + string.Concat(Enumerable.Repeat("😀", 128)));

        var told = _errors.ToDictionary();
        Assert.Equal([new string('p', 128), new string('q', 127) + "…"], told.Keys);
        Assert.Equal(
            [new string('m', 256), "a" + string.Concat(Enumerable.Repeat("😀", 127)) + "…"],
            told.Values.SelectMany(messages => messages)
        );
    }

    [Fact]
    public void As_one_line_they_fit_in_a_dead_letters_description()
    {
        Add(2);
        Assert.Equal("$[0]: is missing; $[1]: is missing", _errors.ToString());

        Add(198);
        var told = _errors.ToString().Split("; $").Length;
        Assert.InRange(told, 100, 199);
        Assert.InRange(_errors.ToString().Length, 3500, 4000);
        Assert.EndsWith($"; and {200 - told} more", _errors.ToString(), StringComparison.Ordinal);

        Add(100);
        Assert.EndsWith($"; and at least {300 - told} more", _errors.ToString(), StringComparison.Ordinal);
    }

    private void Add(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _errors.Add($"$[{i}]", "is missing");
        }
    }
}
