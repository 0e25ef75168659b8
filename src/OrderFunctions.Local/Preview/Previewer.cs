using System.Text;
using System.Text.Json;
using OrderFunctions.Bus;
using OrderFunctions.Endpoints;
using OrderFunctions.Hosting;
using OrderFunctions.Import;
using OrderFunctions.Ledger;
using OrderFunctions.Redaction;

namespace OrderFunctions.Local.Preview;

/// <summary>Has POST /api/orders/preview's own handler answer, without a server around it and without the journal.</summary>
internal sealed class Previewer(TextWriter output, TextWriter error)
{
    // Errors name fields, not their values; but a field that nobody knows may have anything for a name.
    private readonly Redactor _redactor = new();

    /// <param name="path">The order event's file; - is standard input.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            return await RunAsync(file, cancellationToken);
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
    }

    private async Task<int> RunAsync(Stream file, CancellationToken cancellationToken)
    {
        await using var services = Services();
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = cancellationToken };
        using var answer = new MemoryStream();
        context.Request.ContentType = "application/json";
        context.Request.Body = file;
        context.Response.Body = answer;
        var result = await services
            .GetRequiredService<OrderEndpoints>()
            .PreviewAsync(context.Request, cancellationToken);
        await result.ExecuteAsync(context);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        if (context.Response.StatusCode == StatusCodes.Status200OK)
        {
            await output.WriteLineAsync(text);
            return ExitCodes.Done;
        }

        await ExplainAsync(JsonElement.Parse(text));
        return ExitCodes.NotAll;
    }

    private async Task ExplainAsync(JsonElement problem)
    {
        if (!problem.TryGetProperty("errors", out var errors))
        {
            await error.WriteLineAsync(
                $"{problem.GetProperty("title").GetString()} {problem.GetProperty("detail").GetString()}"
            );
            return;
        }

        foreach (var path in errors.EnumerateObject())
        {
            foreach (var message in path.Value.EnumerateArray())
            {
                await error.WriteLineAsync($"{_redactor.Redact(path.Name)}: {_redactor.Redact(message.GetString()!)}");
            }
        }

        if (problem.TryGetProperty("detail", out var rest))
        {
            await error.WriteLineAsync(rest.GetString());
        }
    }

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

        builder.Services.AddSingleton<IBus, NoBus>();
        builder.Services.AddSingleton<ILedger, NoLedger>();
        builder.Services.AddSingleton<IPermitStore, NoLedger>();
        builder.Services.AddOrderFunctionsWithLocalSecrets(builder.Configuration, problems);
        return builder.Services.BuildServiceProvider();
    }
}
