using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using OrderFunctions.Import;

namespace OrderFunctions.Local.Commands;

/// <summary>The program's commands. Without one it is the host, whose arguments are ASP.NET Core's.</summary>
internal static class CommandLine
{
    private static readonly string[] Asking = ["--help", "-h", "-?", "/h", "/?", "--version"];

    /// <summary>Whether the arguments name a command or ask for help; the host's are all settings (--a b, /a b, a=b).</summary>
    public static bool IsCommand(string[] args) =>
        args is [var first, ..]
        && (Asking.Contains(first) || !(first.StartsWith('-') || first.StartsWith('/') || first.Contains('=')));

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string[] args,
        TextWriter output,
        TextWriter error,
        TimeProvider timeProvider,
        CancellationToken cancellationToken = default
    )
    {
        var root = new RootCommand(
            """
            Tells every affiliate and advocacy platform of a shop's orders.

            Without a command it is the host: it takes orders over HTTP until it is stopped. Its arguments are settings,
            such as --urls http://127.0.0.1:7071 or --Local:Sandbox false; docs/operating.md lists them.
            """
        )
        {
            ImportCommand.Create(timeProvider),
            PreviewCommand.Create(timeProvider),
            WebhookCommand.Create(timeProvider),
            SettingsCommand.Create(),
        };
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (Problems(parsed) is { Count: > 0 } problems)
        {
            foreach (var problem in problems)
            {
                await error.WriteLineAsync(problem);
            }

            await error.WriteLineAsync("--help lists the commands and their options.");
            return ExitCodes.WrongUsage;
        }

        // Longer than any step takes to stop once it is told to.
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        return await parsed.InvokeAsync(invocation, cancellationToken);
    }

    // The library's own words repeat what it can't place, and that may be the key.
    private static List<string> Problems(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is [] || !parsed.CommandResult.Command.TreatUnmatchedTokensAsErrors)
        {
            return parsed.Action is HelpAction ? [] : [.. parsed.Errors.Select(problem => problem.Message)];
        }

        if (parsed.CommandResult.Command is RootCommand)
        {
            return [$"There is no command '{parsed.UnmatchedTokens[0]}'."];
        }

        var options = parsed.UnmatchedTokens.Where(token => token.Length > 1 && token[0] == '-').ToList();
        return options is []
            ? [$"{parsed.CommandResult.Command.Name} takes one file; there is more than that."]
            : [.. options.Select(token => $"There is no option {token.Split('=', ':')[0]}.")];
    }
}
