using System.CommandLine;
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

/// <summary>What the commands have in common that show what a file would lead to: no server, no bus, no ledger.</summary>
internal static class OfflineRun
{
    // Errors name fields, not their values; but a field that nobody knows may have anything for a name.
    private static readonly Redactor Redactor = new();

    /// <param name="path">- is standard input.</param>
    /// <param name="most">The bytes that the file may have.</param>
    /// <param name="tooLarge">A sentence, if it has more.</param>
    /// <param name="show">What is to be written of the file; where there is nothing, the problems say why.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string path,
        int most,
        string tooLarge,
        InvocationConfiguration console,
        Func<IServiceProvider, ReadOnlyMemory<byte>, (string? Text, ValidationErrors Problems)> show,
        CancellationToken cancellationToken
    )
    {
        ValidationErrors problems;
        try
        {
            await using var file = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            await using var services = Services();
            var utf8 = await ReadAsync(file, most, cancellationToken);
            if (utf8.Length > most)
            {
                await console.Error.WriteLineAsync($"{tooLarge} At most {most} bytes are taken.");
                return ExitCodes.NotAll;
            }

            (var text, problems) = show(services, utf8);
            if (text is not null)
            {
                await console.Output.WriteLineAsync(text);
                return ExitCodes.Done;
            }
        }
        catch (SettingsException problem)
        {
            await console.Error.WriteLineAsync(problem.Message);
            return ExitCodes.NotAll;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync($"{path} can't be read: {problem.Message}");
            return ExitCodes.WrongUsage;
        }

        await ExplainAsync(problems, console.Error);
        return ExitCodes.NotAll;
    }

    /// <summary>The order event, checked as intake does.</summary>
    public static OrderEvent? Read(
        IServiceProvider services,
        ReadOnlyMemory<byte> utf8,
        ValidationErrors problems,
        DateTimeOffset now
    ) =>
        services
            .GetRequiredService<OrderEventReader>()
            .Read(utf8, problems, services.GetRequiredService<IntakeOptions>().Latest(now));

    /// <summary>What each provider would get of an order that nobody was told of yet.</summary>
    public static OrderPreview Preview(IServiceProvider services, OrderEvent orderEvent, DateTimeOffset now) =>
        OrderPreview.Of(
            orderEvent,
            services.GetRequiredService<ProviderCatalog>().All,
            entries: [],
            new LedgerOptions(),
            now
        );

    // One byte more than an event may have tells that it is too large; the rest of the file does not matter then.
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        Stream file,
        int most,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[most + 1];
        var length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer.AsMemory(0, length);
    }

    private static async Task ExplainAsync(ValidationErrors problems, TextWriter error)
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
    private static ServiceProvider Services()
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
