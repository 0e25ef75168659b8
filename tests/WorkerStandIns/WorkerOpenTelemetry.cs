// Stand-ins for Microsoft.Azure.Functions.Worker.OpenTelemetry 1.2.0, OpenTelemetry.Extensions.Hosting 1.13.1 and
// Azure.Monitor.OpenTelemetry.Exporter 1.6.0.

using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
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
    }

    public static class OpenTelemetryBuilderExtensions
    {
        public static IOpenTelemetryBuilder UseAzureMonitorExporter(
            this IOpenTelemetryBuilder builder,
            Action<AzureMonitorExporterOptions> configureAzureMonitor
        ) => builder;
    }
}
