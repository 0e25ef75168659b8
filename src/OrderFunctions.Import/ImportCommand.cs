using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OrderFunctions.Import;

/// <summary>import orders.ndjson --to url</summary>
internal static class ImportCommand
{
    public const string KeyVariable = "ORDERFUNCTIONS_KEY";

    public static Command Create(TimeProvider timeProvider)
    {
        var file = new Argument<string>("file") { Description = "Order events, one JSON object a line (NDJSON)." };
        var to = new Option<Uri?>("--to")
        {
            Description = "Where OrderFunctions is, such as https://orders.example.com.",
            HelpName = "url",
            Required = true,
            CustomParser = Address,
        };
        var key = new Option<string?>("--key")
        {
            Description = $"The key of its routes; better set {KeyVariable}, which no process list shows.",
            HelpName = "key",
        };
        var rate = new Option<int>("--rate")
        {
            Description =
                "Events a minute, 0 for as fast as they are taken. The default stays below Duel's 1,500 a minute, so that orders of the day get through beside a backfill.",
            HelpName = "events",
            DefaultValueFactory = _ => ImportOptions.UsualRate,
            CustomParser = Rate,
        };
        var wait = new Option<TimeSpan>("--wait")
        {
            Description =
                "How long to wait at the end for deliveries that are still on their way: 60s, 5m, 1h; 0 for not at all.",
            HelpName = "time",
            DefaultValueFactory = _ => ImportOptions.UsualWait,
            CustomParser = Wait,
        };
        var again = new Option<string[]>("--again")
        {
            Description =
                "Tell these platforms anew (duel, katalys, retrack), though they were told: where they have lost orders. Retrack is looked up first; AvantLink takes an order once, and needs --force.",
            HelpName = "names",
            AllowMultipleArgumentsPerToken = true,
        };
        var force = new Option<bool>("--force") { Description = "With --again: AvantLink, too." };
        var by = new Option<string>("--by")
        {
            Description = "With --again: who asks, for the orders' record. The default is your user name.",
            HelpName = "name",
            DefaultValueFactory = _ => Environment.UserName,
        };
        var noCheck = new Option<bool>("--no-check") { Description = "Don't ask at the end how each order stands." };
        var command = new Command(
            "import",
            """
            Sends a file of order events, waits for their deliveries, and reports what was refused and how each order
            stands at each provider.
            What was sent before is told nobody again but with --again, so a whole month can be sent twice. Stopped or killed in the
            middle, the same command goes on where it left off; FILE.import keeps the place. FILE.refused lists the
            refused lines. Ends with 0 when all was accepted and nothing is parked, 1 when not, 2 for wrong usage.
            """
        )
        {
            file,
            to,
            key,
            rate,
            wait,
            again,
            force,
            by,
            noCheck,
        };
        command.SetAction(
            async (parsed, token) =>
            {
                var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
                var secret = (parsed.GetValue(key) ?? Environment.GetEnvironmentVariable(KeyVariable))?.Trim();
                if (secret?.All(letter => letter is > ' ' and <= '~') == false)
                {
                    await error.WriteLineAsync("The key has characters that no HTTP header takes.");
                    return ExitCodes.WrongUsage;
                }

                var names = (parsed.GetValue(again) ?? [])
                    .SelectMany(text =>
                        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    )
                    .Select(name => name.ToLowerInvariant())
                    .Distinct()
                    .ToList();
                if (names.Count == 0 && parsed.GetValue(force))
                {
                    await error.WriteLineAsync("--force goes with --again, which names the platforms.");
                    return ExitCodes.WrongUsage;
                }

                var options = new ImportOptions(parsed.GetRequiredValue(file), parsed.GetRequiredValue(to)!)
                {
                    Key = secret,
                    Rate = parsed.GetValue(rate),
                    Wait = parsed.GetValue(wait),
                    Verify = !parsed.GetValue(noCheck),
                    Again = names,
                    IsForced = parsed.GetValue(force),
                    By = parsed.GetRequiredValue(by),
                };
                var isTerminal = error == Console.Error && !Console.IsErrorRedirected;
                if (secret is not (null or "") && options.To is { Scheme: "http", IsLoopback: false })
                {
                    await error.WriteLineAsync($"The key goes to {options.To.Host} unencrypted. Better use https.");
                }

                var progress = new Progress(error, isTerminal, timeProvider);
                return await new Importer(options, output, error, progress, timeProvider).RunAsync(token);
            }
        );
        return command;
    }

    private static int Rate(ArgumentResult result)
    {
        if (
            result.Tokens is [var token]
            && int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var rate)
        )
        {
            return rate;
        }

        result.AddError("--rate must be a whole number of events a minute, 0 for no limit.");
        return 0;
    }

    private static TimeSpan Wait(ArgumentResult result)
    {
        var text = result.Tokens is [var token] ? token.Value : "";
        var seconds = text is [.., 's' or 'm' or 'h'] ? text[..^1] : text;
        if (int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            var wait =
                number
                * (
                    text[^1] switch
                    {
                        'h' => 3600L,
                        'm' => 60,
                        _ => 1,
                    }
                );
            if (wait <= ImportOptions.LongestWait.TotalSeconds)
            {
                return TimeSpan.FromSeconds(wait);
            }
        }

        result.AddError("--wait must be a time such as 60s, 5m or 1h, at most 24h; 0 for not at all.");
        return TimeSpan.Zero;
    }

    private static Uri? Address(ArgumentResult result)
    {
        if (
            result.Tokens is [var token]
            && Uri.TryCreate(token.Value, UriKind.Absolute, out var url)
            && url!.Scheme is "http" or "https"
            && url is { UserInfo: "", Query: "", Fragment: "" }
        )
        {
            return new Uri(url.AbsoluteUri.TrimEnd('/') + "/");
        }

        result.AddError("--to must be an http or https address, without user, query or fragment.");
        return null;
    }
}

/// <summary>What the commands end with.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Something was refused or failed, or the run was stopped before its end.</summary>
    public const int NotAll = 1;

    public const int WrongUsage = 2;
}
