using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrderFunctions.App.Hosting;
using OrderFunctions.TestKit;
using OrderFunctions.Tests.Credentials;

namespace OrderFunctions.Tests.Hosting;

/// <summary>What the app logs, and what of it reaches Application Insights.</summary>
public sealed class TelemetryRegistrationTests
{
    private static readonly FakeCredential Credential = new();

    [Fact]
    public void Log_lines_are_sent_whether_their_trace_is_or_not()
    {
        var options = Options();

        Assert.False(options.EnableTraceBasedLogsSampler);
        Assert.Same(Credential, options.Credential);
    }

    [Fact]
    public void How_many_traces_are_sent_is_a_setting()
    {
        var options = Options(("OTEL_TRACES_SAMPLER", "microsoft.rate_limited"), ("OTEL_TRACES_SAMPLER_ARG", "0.5"));

        Assert.Equal(0.5, options.TracesPerSecond);
    }

    [Fact]
    public async Task A_call_and_its_key_leave_no_line_and_what_we_log_does()
    {
        using var log = new LogBook();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddHttpClient();
        builder.AddTelemetry(Credential);
        await using var app = builder.Build();
        app.MapGet(
            "/",
            (ILogger<TelemetryRegistrationTests> logger) =>
                logger.Log(LogLevel.Information, 0, "order.seen", null, (text, _) => text)
        );
        await app.StartAsync();

        using var http = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        using var answer = await http.GetAsync(new Uri($"{app.Urls.Single()}/?code=a-key"));
        answer.EnsureSuccessStatusCode();

        Assert.Contains(log.Lines, line => line.EndsWith("order.seen", StringComparison.Ordinal));
        Assert.DoesNotContain("a-key", log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.Net.Http.HttpClient", log.ToString(), StringComparison.Ordinal);
    }

    private static AzureMonitorExporterOptions Options(params (string Name, string? Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([
            new("APPLICATIONINSIGHTS_CONNECTION_STRING", $"InstrumentationKey={Guid.NewGuid()}"),
            .. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)),
        ]);
        builder.AddTelemetry(Credential);
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<AzureMonitorExporterOptions>>().Value;
    }
}
