// Stand-ins for Microsoft.Azure.Functions.Worker.OpenTelemetry 1.2.0, OpenTelemetry.Extensions.Hosting 1.13.1 and
// Azure.Monitor.OpenTelemetry.Exporter 1.6.0.

using System.Globalization;
using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace OpenTelemetry
{
    public sealed class OpenTelemetryBuilder : IOpenTelemetryBuilder
    {
        internal OpenTelemetryBuilder(IServiceCollection services) => Services = services;

        public IServiceCollection Services { get; }
    }
}

namespace Microsoft.Extensions.DependencyInjection
{
    public static class OpenTelemetryServicesExtensions
    {
        public static OpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services) => new(services);
    }
}

namespace Microsoft.Azure.Functions.Worker.OpenTelemetry
{
    public static class ConfigureFunctionsOpenTelemetry
    {
        public static IOpenTelemetryBuilder UseFunctionsWorkerDefaults(this IOpenTelemetryBuilder builder) => builder;
    }
}

namespace Azure.Monitor.OpenTelemetry.Exporter
{
    public class AzureMonitorExporterOptions : ClientOptions
    {
        public TokenCredential? Credential { get; set; }

        public double? TracesPerSecond { get; set; } = 5.0;

        public bool EnableTraceBasedLogsSampler { get; set; } = true;
    }

    public static class OpenTelemetryBuilderExtensions
    {
        // It leaves out the settings where options are configured before it.
        public static IOpenTelemetryBuilder UseAzureMonitorExporter(this IOpenTelemetryBuilder builder)
        {
            builder.Services.TryAddSingleton<
                IConfigureOptions<AzureMonitorExporterOptions>,
                DefaultAzureMonitorExporterOptions
            >();
            return builder;
        }
    }

    internal sealed class DefaultAzureMonitorExporterOptions(IConfiguration configuration)
        : IConfigureOptions<AzureMonitorExporterOptions>
    {
        // An argument that is no rate is left out in silence.
        public void Configure(AzureMonitorExporterOptions options)
        {
            if (
                configuration["OTEL_TRACES_SAMPLER"]?.Trim().ToLowerInvariant() == "microsoft.rate_limited"
                && double.TryParse(
                    configuration["OTEL_TRACES_SAMPLER_ARG"],
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture,
                    out var rate
                )
                && rate >= 0
            )
            {
                options.TracesPerSecond = rate;
            }
        }
    }
}
