using System.CommandLine;
using OrderFunctions.Credentials;
using OrderFunctions.Hosting;
using OrderFunctions.Import;

namespace OrderFunctions.Local.Commands;

/// <summary>settings</summary>
internal static class SettingsCommand
{
    private const string Previous = "-previous";

    public static Command Create()
    {
        var command = new Command(
            "settings",
            """
            Shows every setting in force, its value and where from; of secrets only that they are set. Behind it come the
            arguments that the host would get, such as --Local:Sandbox false. Ends with 0 if the host would start with
            these settings, and with 1 if not: then it says all that is wrong.
            """
        )
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var console = parsed.InvocationConfiguration;
                return await RunAsync([.. parsed.UnmatchedTokens], console.Output, console.Error);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
        );
        var (asked, problems) = Check(builder, out var local);
        local.DataDirectory = local.Folder();
        var settings = new SettingsInForce(builder.Configuration, "sandbox")
            .List(("Local", local))
            // No setting any more; where it is set, the problems say so.
            .Where(setting => setting.Name != $"Local__{nameof(LocalOptions.LedgerRetention)}");
        List<(string Name, string Value, string Source)> rows =
        [
            ("urls", builder.Configuration["urls"] ?? ListenAddresses.Default, SourceOfUrls(builder.Configuration)),
            .. settings.Select(setting => (setting.Name, setting.Value ?? "-", Source(setting, asked))),
        ];
        var (name, value) = (rows.Max(row => row.Name.Length), rows.Max(row => row.Value.Length));
        foreach (var row in rows)
        {
            await output.WriteLineAsync($"{row.Name.PadRight(name)}  {row.Value.PadRight(value)}  {row.Source}");
        }

        foreach (var problem in problems)
        {
            await error.WriteLineAsync($"error: {problem}");
        }

        return problems.Count == 0 ? ExitCodes.Done : ExitCodes.NotAll;
    }

    // As the host checks them, and which secrets it asked for.
    private static (IReadOnlySet<string> Asked, IReadOnlyList<string> Problems) Check(
        WebApplicationBuilder builder,
        out LocalOptions local
    )
    {
        var asked = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var problems = new List<string>();
        var bound = LocalHost.Bind(builder.Configuration, problems);
        local = bound;
        problems.AddRange(new ListenAddresses(builder.Configuration, new ApiKeys(bound).Any).Problems);
        if (bound.Sandbox)
        {
            if (LocalHost.SandboxProblem(bound) is { } problem)
            {
                problems.Add(problem);
            }

            SandboxDefaults.Add(builder.Configuration, name => SandboxDefaults.Address(bound, name), problems);
        }

        ServiceRegistration.ReadLedgerOptions(builder.Configuration, problems, bound.DuplicateWindow);
        try
        {
            builder.Services.AddOrderFunctions(builder.Configuration, HasSecret, problems);
            return (asked, []);
        }
        catch (SettingsException error)
        {
            return (asked, error.Problems);
        }

        bool HasSecret(string secret)
        {
            asked.Add(secret);
            return ConfigurationSecretStore.Find(builder.Configuration, secret) is not null;
        }
    }

    private static string Source(SettingInForce setting, IReadOnlySet<string> asked)
    {
        const string section = "Credentials__";
        if (!setting.Name.StartsWith(section, StringComparison.OrdinalIgnoreCase))
        {
            return setting.Source;
        }

        var secret = setting.Name[section.Length..];
        secret = secret.EndsWith(Previous, StringComparison.OrdinalIgnoreCase) ? secret[..^Previous.Length] : secret;
        return asked.Contains(secret) ? setting.Source : $"{setting.Source}; nothing that is enabled reads it";
    }

    private static string SourceOfUrls(IConfiguration configuration) =>
        configuration["urls"] is null ? "default" : "command line or environment";
}
