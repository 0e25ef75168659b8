using OrderFunctions.Local.Commands;

namespace OrderFunctions.Local.Tests.Commands;

/// <summary>settings: what is in force, where from, and whether the host would start with it.</summary>
public sealed class SettingsCommandTests
{
    [Fact]
    public async Task Every_setting_is_told_with_its_value_and_where_it_is_from()
    {
        var (exitCode, rows, error) = await RunAsync(
            "--Intake:FutureTolerance",
            "00:10:00",
            "--Webhooks:Shopify:Shops:0",
            "outlet"
        );

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(("00:10:00", "command line"), rows["Intake__FutureTolerance"]);
        Assert.Equal(("outlet", "command line"), rows["Webhooks__Shopify__Shops__0"]);
        Assert.Equal(("90.00:00:00", "default"), rows["Ledger__RememberFor"]);
        Assert.Equal(("http://127.0.0.1:7072/duel", "sandbox"), rows["Providers__Duel__BaseUrl"]);
        Assert.Equal(("true", "sandbox"), rows["Providers__Katalys__Enabled"]);
        Assert.Equal(("-", "default"), rows["Storefront__ClientAddressHeader"]);
        Assert.Equal(("Information", "appsettings.json"), rows["Logging__LogLevel__Default"]);
        Assert.Equal(("http://127.0.0.1:7071", "default"), rows["urls"]);
    }

    [Fact]
    public async Task What_the_environment_says_is_of_the_environment()
    {
        const string name = "Gallery__CacheFor";
        Environment.SetEnvironmentVariable(name, "00:20:00");
        try
        {
            var (_, rows, _) = await RunAsync();

            Assert.Equal(("00:20:00", "environment"), rows[name]);
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Fact]
    public async Task Of_secrets_it_is_told_that_they_are_set_and_not_how_long_they_are()
    {
        using var output = new StringWriter();
        await CommandLine.RunAsync(
            [
                "settings",
                "--Local:ApiKey",
                "marked-key",
                "--Local:ApiKeys:erp",
                "marked-key-of-the-erp",
                "--Credentials:retrack-bearer-token",
                "marked-token",
                "--Credentials:webhook-shopfy",
                "marked-typo",
                "--Redirect:Home",
                "https://user:marked-password@shop.example/",
                "--OperatorEvents:Url",
                "https://chat.example/marked-hook",
                "--Credentials:operator-webhook",
                "marked-signing-key",
            ],
            output,
            output,
            TimeProvider.System
        );

        var lines = output.ToString().Split(Environment.NewLine);
        Assert.DoesNotContain("marked", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(["Local__ApiKey", "***", "command", "line"], Words(lines, "Local__ApiKey"));
        Assert.Equal(["Local__ApiKeys__erp", "***", "command", "line"], Words(lines, "Local__ApiKeys__erp"));
        Assert.Equal("***", Words(lines, "Credentials__retrack-bearer-token")[1]);
        Assert.Equal(["***", "command", "line"], Words(lines, "OperatorEvents__Url")[1..]);
        Assert.Equal(["***", "command", "line"], Words(lines, "Credentials__operator-webhook")[1..]);
        // Nobody knows it.
        Assert.Contains(
            lines,
            line =>
                line.StartsWith("Credentials__webhook-shopfy ", StringComparison.Ordinal)
                && line.EndsWith("nothing that is enabled reads it", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Settings_with_which_the_host_would_not_start_end_with_1_and_all_that_is_wrong()
    {
        var (exitCode, rows, error) = await RunAsync(
            "--Local:Sandbox",
            "false",
            "--Providers:Duel:Enabeld",
            "true",
            "--Providers:Katalys:Enabled",
            "true",
            "--Gallery:CacheFor",
            "soon",
            "--urls",
            "http://0.0.0.0:7071"
        );

        Assert.Equal(1, exitCode);
        Assert.All(
            [
                "error: Providers__Duel__Enabeld is no setting; did you mean Providers__Duel__Enabled?",
                "error: Providers__Katalys__SiteId is missing",
                "error: Gallery__CacheFor is 'soon'",
                "error: --urls",
            ],
            problem => Assert.Contains(problem, error, StringComparison.Ordinal)
        );
        Assert.Equal(("true", "command line"), rows["Providers__Duel__Enabeld"]);
        Assert.Equal(("false", "default"), rows["Providers__Duel__Enabled"]);
    }

    private static string[] Words(string[] lines, string name) =>
        lines
            .Single(line => line.StartsWith($"{name} ", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<(int, IReadOnlyDictionary<string, (string Value, string Source)>, string)> RunAsync(
        params string[] args
    )
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(["settings", .. args], output, error, TimeProvider.System);
        var rows = output
            .ToString()
            .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToDictionary(row => row[0], row => (row[1], row[2]));
        return (exitCode, rows, error.ToString());
    }
}
