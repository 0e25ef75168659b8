using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OrderFunctions.Diagnostics;

namespace OrderFunctions.App.Hosting;

public static class TelemetryRegistration
{
    /// <summary>
    /// Sets what is logged, and sends logs, traces and metrics to the Application Insights that
    /// APPLICATIONINSIGHTS_CONNECTION_STRING names.
    /// </summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder, TokenCredential credential)
    {
        // At Information they write the address of every call, and with it the key of those who send it as ?code=KEY,
        // and four lines for each message that is settled.
        builder
            .Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);

        // Without it, on a developer's machine, the host shows our log lines; with it, it leaves them to us.
        if (string.IsNullOrEmpty(builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
        {
            return;
        }

        // Without an argument: with one the exporter does not read OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG.
        builder
            .Services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .WithTracing(tracing => tracing.AddSource(Telemetry.Name))
            .WithMetrics(metrics => metrics.AddMeter(Telemetry.Name))
            .UseAzureMonitorExporter();
        builder.Services.Configure<AzureMonitorExporterOptions>(options =>
        {
            options.Credential = credential;
            // The alerts look for log lines: those of a trace that is not sent must be sent all the same.
            options.EnableTraceBasedLogsSampler = false;
        });
    }
}
