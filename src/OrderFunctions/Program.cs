using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Functions;
using OrderFunctions.Settings;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<ExceptionMiddleware>();

// One for Service Bus, tables, vault and telemetry: it caches its tokens.
var credential = AzureCredential.Create(builder.Configuration);
builder.Services.AddSingleton(credential);
try
{
    builder.Services.AddFunctionsApp(builder.Configuration);
}
catch (SettingsException error)
{
    await Console.Error.WriteLineAsync($"OrderFunctions does not start, because of its settings:\n{error.Message}");
    return 1;
}

// Without it, on a developer's machine, the host shows our log lines; with it, it leaves them to us.
if (!string.IsNullOrEmpty(builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
{
    builder
        .Services.AddOpenTelemetry()
        .UseFunctionsWorkerDefaults()
        .WithTracing(tracing => tracing.AddSource(Telemetry.Name))
        .WithMetrics(metrics => metrics.AddMeter(Telemetry.Name))
        .UseAzureMonitorExporter(options => options.Credential = credential);
}

using var host = builder.Build();
Console.WriteLine(
    AttemptBudget.Table(host.Services.GetRequiredService<ProviderChannels>().All.Select(channel => channel.Provider))
);
await host.RunAsync();
return 0;
