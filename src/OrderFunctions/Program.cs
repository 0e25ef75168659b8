using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Settings;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// One for Service Bus, tables, vault and telemetry: it caches its tokens.
var credential = AzureCredential.Create(builder.Configuration);
builder.Services.AddSingleton(credential);
try
{
    builder.Services.AddFunctionsApp(builder.Configuration);
}
catch (SettingsException error)
{
    await Console.Error.WriteLineAsync(error.Message);
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
var providers = host.Services.GetRequiredService<ProviderChannels>().All.Select(channel => channel.Provider).ToList();
Console.WriteLine(AttemptBudget.Table(providers));
if (AttemptBudget.Warning(providers) is { } warning)
{
    await Console.Error.WriteLineAsync(warning);
}

await host.RunAsync();
return 0;
