using System.CommandLine;
using OrderFunctions.Endpoints;
using OrderFunctions.Hosting;
using OrderFunctions.Import;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Preview;
using OrderFunctions.Providers;
using OrderFunctions.Redaction;

namespace OrderFunctions.Local.Commands;

/// <summary>preview order.json</summary>
internal static class PreviewCommand
{
    // Errors name fields, not their values; but a field that nobody knows may have anything for a name.
    private static readonly Redactor Redactor = new();

    public static Command Create(TimeProvider timeProvider)
    {
        var file = new Argument<string>("file") { Description = "One order event as JSON; - reads standard input." };
        var command = new Command(
            "preview",
            """
            Shows the request that each provider would get of an order event, secrets masked, or why it would get none:
            the answer of POST /api/orders/preview, of an order that nobody was told of yet. Sends nothing and starts
            no server. Settings come from the environment, as the host's do.
            """
        )
        {
            file,
        };
        command.SetAction(
            (parsed, token) =>
                RunAsync(
                    parsed.GetRequiredValue(file),
                    parsed.InvocationConfiguration.Output,
                    parsed.InvocationConfiguration.Error,
                    timeProvider,
                    token
                )
        );
        return command;
    }

    /// <returns>The exit code.</returns>
    private static async Task<int> RunAsync(
        string path,
        TextWriter output,
        TextWriter error,
        TimeProvider timeProvider,
        CancellationToken cancellationToken
    )
    {
        var problems = new ValidationErrors();
        try
        {
            await using var file = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            await using var services = Services();
            var utf8 = await ReadAsync(file, OrderEventReader.MostBytes, cancellationToken);
            if (utf8.Length > OrderEventReader.MostBytes)
            {
                await error.WriteLineAsync(
                    $"The request is too large; nothing was accepted. At most {OrderEventReader.MostBytes} bytes are taken."
                );
                return ExitCodes.NotAll;
            }

            var latest = services.GetRequiredService<IntakeOptions>().Latest(timeProvider.GetUtcNow());
            if (services.GetRequiredService<OrderEventReader>().Read(utf8, problems, latest) is { } orderEvent)
            {
                var providers = services.GetRequiredService<ProviderCatalog>().All;
                var preview = OrderPreview.Of(
                    orderEvent,
                    providers,
                    entries: [],
                    new LedgerOptions(),
                    timeProvider.GetUtcNow()
                );
                await output.WriteLineAsync(EndpointJson.Write(preview));
                return ExitCodes.Done;
            }
        }
        catch (SettingsException problem)
        {
            await error.WriteLineAsync(problem.Message);
            return ExitCodes.NotAll;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"{path} can't be read: {problem.Message}");
            return ExitCodes.WrongUsage;
        }

        await ExplainAsync(problems, error);
        return ExitCodes.NotAll;
    }

    // One byte more than an event may have tells that it is too large; the rest of the file does not matter then.
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream file, int most, CancellationToken cancellationToken)
    {
        var buffer = new byte[most + 1];
        var length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer.AsMemory(0, length);
    }

    public static async Task ExplainAsync(ValidationErrors problems, TextWriter error)
    {
        foreach (var (path, messages) in problems.ToDictionary())
        {
            foreach (var message in messages)
            {
                await error.WriteLineAsync($"{Redactor.Redact(path)}: {Redactor.Redact(message)}");
            }
        }

        if (problems.Rest is { } rest)
        {
            await error.WriteLineAsync(rest);
        }
    }

    // The host's settings, read and checked as the host does; no bus, no ledger.
    public static ServiceProvider Services()
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Logging.ClearProviders();
        var problems = new List<string>();
        var local = LocalHost.Bind(builder.Configuration, problems);
        if (local.Sandbox)
        {
            SandboxDefaults.Add(builder.Configuration, provider => SandboxDefaults.Address(local, provider), problems);
        }

        builder.Services.AddOrderFunctionsWithLocalSecrets(builder.Configuration, problems);
        return builder.Services.BuildServiceProvider();
    }
}
