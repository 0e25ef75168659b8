using OrderFunctions.Local.Commands;

namespace OrderFunctions.Local.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("import", true)]
    [InlineData("improt", true)]
    [InlineData("--help", true)]
    [InlineData("-h", true)]
    [InlineData("--version", true)]
    [InlineData("--urls", false)]
    [InlineData("--Local:Sandbox=false", false)]
    [InlineData("/Local:Sandbox", false)]
    [InlineData("urls=http://127.0.0.1:0", false)]
    public void Settings_are_the_hosts_and_words_are_commands(string first, bool isCommand)
    {
        Assert.Equal(isCommand, CommandLine.IsCommand([first, "x"]));
    }

    [Fact]
    public void Without_arguments_the_host_starts()
    {
        Assert.False(CommandLine.IsCommand([]));
    }

    [Fact]
    public async Task Help_lists_the_commands_and_their_options()
    {
        var (exitCode, output, _) = await RunAsync("--help");
        var (_, import, _) = await RunAsync("import", "--help");

        Assert.Equal(0, exitCode);
        Assert.Contains("import <file>", output, StringComparison.Ordinal);
        Assert.Contains("preview <file>", output, StringComparison.Ordinal);
        Assert.All(
            ["--to", "--key", "ORDERFUNCTIONS_KEY", "--rate", "--wait", "--no-check"],
            option => Assert.Contains(option, import, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("There is no command 'improt'.", "improt")]
    [InlineData("There is no option --kye.", "import", "x", "--to", "http://x", "--kye", "secret-1")]
    [InlineData("There is no option --kye.", "import", "x", "--to", "http://x", "--kye=secret-1")]
    [InlineData("There is no option -k.", "import", "x", "--to", "http://x", "-k:secret-1")]
    [InlineData("import takes one file", "import", "x", "secret-1", "--to", "http://x")]
    [InlineData("Option '--to' is required.", "import", "x")]
    [InlineData("Required argument missing for command: 'import'.", "import", "--to", "http://x")]
    [InlineData("--to must be an http or https address", "import", "x", "--to", "http://u:secret-1@x")]
    [InlineData("--to must be an http or https address", "import", "x", "--to", "ftp://x")]
    [InlineData("--rate must be a whole number", "import", "x", "--to", "http://x", "--rate", "-1")]
    [InlineData("--rate must be a whole number", "import", "x", "--to", "http://x", "--rate", "fast")]
    [InlineData("--wait must be a time such as 60s", "import", "x", "--to", "http://x", "--wait", "soon")]
    [InlineData("--wait must be a time such as 60s", "import", "x", "--to", "http://x", "--wait", "-1s")]
    [InlineData("--wait must be a time such as 60s", "import", "x", "--to", "http://x", "--wait", "s")]
    [InlineData("--wait must be a time such as 60s", "import", "x", "--to", "http://x", "--wait", "25h")]
    [InlineData("--wait must be a time such as 60s", "import", "x", "--to", "http://x", "--wait", "2147483647h")]
    [InlineData("The key has characters", "import", "x", "--to", "http://x", "--key", "secret-1\n2")]
    [InlineData("There is no option --urls.", "preview", "x", "--urls", "http://x")]
    public async Task Wrong_usage_is_named_without_repeating_what_may_be_the_key(string sentence, params string[] args)
    {
        var (exitCode, output, error) = await RunAsync(args);

        Assert.Equal(2, exitCode);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-1", output + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("90")]
    [InlineData("60s")]
    [InlineData("5m")]
    [InlineData("24h")]
    public async Task A_wait_is_so_many_seconds_minutes_or_hours(string wait)
    {
        var (exitCode, _, error) = await RunAsync("import", "/nowhere", "--to", "http://127.0.0.1:1", "--wait", wait);

        Assert.Equal((2, false), (exitCode, error.Contains("--wait", StringComparison.Ordinal)));
        Assert.Contains("/nowhere", error, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(args, output, error, TimeProvider.System);
        return (exitCode, output.ToString(), error.ToString());
    }
}
