using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrderFunctions.Diagnostics;

namespace OrderFunctions.Local;

/// <summary>
/// Sends traces, metrics and logs by OTLP, as OpenTelemetry's own settings (OTEL_...) say; without
/// OTEL_EXPORTER_OTLP_ENDPOINT nothing is sent.
/// </summary>
internal static class TelemetryExport
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Requests = "Microsoft.AspNetCore";
    private const string Route = "http.route";

    public static void AddTelemetryExport(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        if (string.IsNullOrEmpty(configuration[Endpoint]))
        {
            return;
        }

        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.SetResourceBuilder(Name(ResourceBuilder.CreateEmpty()));
            logs.AddOtlpExporter();
        });
        builder.Services.AddSingleton(_ =>
            OpenTelemetrySdk.Create(telemetry =>
            {
                telemetry.Services.AddSingleton<IConfiguration>(configuration);
                telemetry
                    .ConfigureResource(resource => Name(resource.Clear()))
                    .WithTracing(traces =>
                        traces.AddSource(Telemetry.Name, Requests).AddProcessor(new OwnRequests()).AddOtlpExporter()
                    )
                    .WithMetrics(metrics =>
                        metrics.AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting").AddOtlpExporter()
                    );
            })
        );
    }

    /// <summary>What is wrong with the address; null: nothing. OpenTelemetry itself would not say so.</summary>
    public static string? Problem(IConfiguration configuration) =>
        configuration[Endpoint] is not { Length: > 0 } endpoint
        || (Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            ? null
            : $"{Endpoint} is '{endpoint}'; it must be an http or https address, such as http://localhost:4317.";

    /// <summary>
    /// Gives the span of each request what OpenTelemetry's conventions ask of a server's: ASP.NET Core leaves that to
    /// others. The route stands for the path, and there is no query: keys may come in it.
    /// </summary>
    public static void UseRequestSpans(this WebApplication app) =>
        app.Use(
            async (context, next) =>
            {
                await next(context);
                if (
                    context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span
                    && (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route
                )
                {
                    span.DisplayName = $"{context.Request.Method} {route}";
                    span.SetTag("http.request.method", context.Request.Method);
                    span.SetTag(Route, route);
                    span.SetTag("url.scheme", context.Request.Scheme);
                    span.SetTag("http.response.status_code", context.Response.StatusCode);
                    if (context.Response.StatusCode >= 500)
                    {
                        span.SetStatus(ActivityStatusCode.Error);
                    }
                }
            }
        );

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last: they win.
    private static ResourceBuilder Name(ResourceBuilder resource) =>
        resource.AddService("order-functions").AddTelemetrySdk().AddEnvironmentVariableDetector();

    // The sandbox listens in the same process, and what it is asked is the providers' business.
    private sealed class OwnRequests : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.Source.Name == Requests && data.GetTagItem(Route) is null)
            {
                data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            }
        }
    }
}
