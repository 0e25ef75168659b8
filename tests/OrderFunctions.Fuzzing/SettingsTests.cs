using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Hosting;
using OrderFunctions.Local;
using OrderFunctions.Sending;
using Xunit.Abstractions;

namespace OrderFunctions.Fuzzing;

/// <summary>
/// Every setting, with whatever somebody may type: the start goes on, and then the system works, or it is refused with one
/// sentence for each setting that alone would be refused, all at once. Settings in force can be listed in any case.
/// </summary>
public sealed class SettingsTests(ITestOutputHelper output)
{
    private static readonly string[] Values =
    [
        "",
        " ",
        "true",
        "yes",
        "0",
        "1",
        "-1",
        "1e3",
        "2147483648",
        "99999999999999999999",
        "00:00:00",
        "-00:00:01",
        "00:05:00",
        "10675199.02:48:05.4775807",
        "10675200.00:00:00",
        "5 min",
        "https://",
        "https://shop.example",
        "https://user:password@shop.example/",
        "http://shop.example",
        "http://127.0.0.1:1",
        "https://[::1",
        "https://a b/",
        "ftp://shop.example",
        "//shop.example",
        "file:///etc/passwd",
        "/api",
        "shop.example",
        "*",
        "a,b",
        "\u0000",
        "a\nerror: b",
        "\ud800",
        "Bearer",
        "id",
        "presentment",
        "X-Forwarded-For",
        "1f80e399-6f55-4cef-b8b0-0f74752c1ceb",
        "{1f80e399-6f55-4cef-b8b0-0f74752c1ceb}",
        "previous",
        "null",
        "${PATH}",
    ];

    // What turns others on or off: with it changed, another setting may be no problem any more.
    private static readonly string[] Switches =
    [
        "Enabled",
        "Authentication",
        "ApiUrl",
        "Shops",
        "Credentials",
        "Sandbox",
        "OperatorEvents",
    ];

    [Fact]
    public async Task Settings()
    {
        string[] known = [.. Known()];
        await new Campaign("settings", output).RunAsync(
            100,
            random => new SettingsInput([
                .. Enumerable
                    .Range(0, random.Pick([1, 1, 1, 2, 5]))
                    .Select(_ =>
                        (
                            Name(random.Pick(known), random),
                            random.Next(40) == 0 ? new string('v', 100_000) : random.Pick(Values)
                        )
                    )
                    .DistinctBy(setting => setting.Item1, StringComparer.OrdinalIgnoreCase),
            ]),
            CheckAsync
        );
    }

    private static async Task<string> CheckAsync(SettingsInput input)
    {
        var problems = ProblemsOf(input.Settings);
        foreach (var problem in problems)
        {
            Assert.Matches(
                @"^[^\n]*__[^\n]*[.?]\z|^OTEL",
                problem.ReplaceLineEndings(" ").Replace("\u0000", "", StringComparison.Ordinal)
            );
            Assert.DoesNotContain(Doors.ShopifySecret, problem, StringComparison.Ordinal);
        }

        if (
            !input.Settings.Any(setting =>
                Switches.Any(name => setting.Name.Contains(name, StringComparison.OrdinalIgnoreCase))
            )
        )
        {
            foreach (
                var setting in input.Settings.Where(setting =>
                    !input.IsHidden(setting.Name)
                    && ProblemsOf([setting])
                        .Any(problem => problem.StartsWith(NameOf(setting.Name), StringComparison.OrdinalIgnoreCase))
                )
            )
            {
                Assert.True(
                    problems.Any(problem =>
                        problem.StartsWith(NameOf(setting.Name), StringComparison.OrdinalIgnoreCase)
                    ),
                    $"{setting.Name} is refused alone, and not among the others:\n{string.Join('\n', problems)}"
                );
            }
        }

        if (problems.Count > 0)
        {
            return "refused";
        }

        using var doors = new Doors(
            input.Settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))
        );
        (string, string)[] headers =
        [
            ("x-functions-key", Doors.Key),
            ("Content-Type", "application/json"),
            ("Origin", Doors.Origin),
        ];
        await doors.AskAsync(
            new HttpInput("POST", "/api/orders", headers, System.Text.Encoding.UTF8.GetBytes(Valid.Orders[0]))
        );
        await doors.DeliverAsync();
        await doors.AskAsync(new HttpInput("GET", "/gallery", headers, []));
        await doors.AskAsync(
            new HttpInput(
                "GET",
                "/retrack?click=59d08c54-18e6-4e0d-9c06-d18be3510e43&deeplink=https://shop.example/",
                headers,
                []
            )
        );
        await doors.AskAsync(new HttpInput("GET", "/api/overview", headers, []));
        Assert.NotEmpty(
            AttemptBudget.Table(
                doors.Services.GetRequiredService<ProviderChannels>().All.Select(channel => channel.Provider)
            )
        );
        return "started";
    }

    private static List<string> ProblemsOf(IReadOnlyList<(string Name, string Value)> settings)
    {
        var configuration = Configuration(settings);
        var problems = new List<string>();
        LocalHost.Bind(configuration, problems);
        ServiceRegistration.ReadLedgerOptions(configuration, problems, TimeSpan.FromDays(7));
        Assert.NotEmpty(new SettingsInForce(configuration, "fuzzing").List());
        try
        {
            new ServiceCollection().AddOrderFunctionsWithLocalSecrets(configuration, problems);
            return problems;
        }
        catch (SettingsException error)
        {
            Assert.All(
                error.Message.Split(Environment.NewLine),
                line => Assert.StartsWith("error: ", line, StringComparison.Ordinal)
            );
            return [.. error.Problems];
        }
    }

    private static IConfigurationRoot Configuration(IReadOnlyList<(string Name, string Value)> settings)
    {
        var all = Doors.Settings();
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(all).Build();
    }

    private static IEnumerable<string> Known() =>
        new SettingsInForce(Configuration([]), "fuzzing")
            .List(("Local", new LocalOptions()))
            .Select(setting => setting.Name.Replace("__", ":", StringComparison.Ordinal));

    private static string Name(string name, Random random) =>
        random.Next(12) switch
        {
            0 => $"{name}:0",
            1 => $"{name}:a:b",
            2 => name[..^1],
            3 => name.ToUpperInvariant(),
            4 => $"{name}:{random.Pick(["1", "7", "-1", "x"])}",
            _ => name,
        };

    private static string NameOf(string name) => name.Replace(":", "__", StringComparison.Ordinal);

    private sealed record SettingsInput(IReadOnlyList<(string Name, string Value)> Settings) : IInput<SettingsInput>
    {
        /// <summary>Whether its list has a value itself, which alone is told then, or another item: items are told by their place.</summary>
        public bool IsHidden(string name) =>
            Settings.Any(other =>
                other.Name != name
                && (
                    name.StartsWith($"{other.Name}:", StringComparison.OrdinalIgnoreCase)
                    || other.Name.StartsWith(name[..(name.LastIndexOf(':') + 1)], StringComparison.OrdinalIgnoreCase)
                        && name.Count(letter => letter == ':') > 1
                        && char.IsAsciiDigit(name[^1])
                )
            );

        public IEnumerable<SettingsInput> Smaller() =>
            Settings.Count == 1
                ? []
                : Settings.Select((_, index) => new SettingsInput([.. Settings.Where((_, other) => other != index)]));

        public override string ToString() =>
            string.Concat(
                Settings.Select(setting =>
                    $"{setting.Name} = '{Cuts.Show(System.Text.Encoding.UTF8.GetBytes(setting.Value))}'\n"
                )
            );
    }
}
