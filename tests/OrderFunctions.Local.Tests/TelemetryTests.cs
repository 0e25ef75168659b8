using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OrderFunctions.Hosting;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>What leaves the local host by OTLP and as operator webhooks, against a receiver on this machine.</summary>
public sealed class TelemetryTests
{
    private const string Traces = "/v1/traces";
    private const string Metrics = "/v1/metrics";
    private const string Logs = "/v1/logs";

    [Fact]
    public async Task Traces_metrics_and_logs_are_sent_by_OTLP_where_OpenTelemetry_s_settings_say()
    {
        await using var receiver = await TelemetryReceiver.StartAsync();
        await using (
            var system = await LocalSystem.StartAsync(
                null,
                [.. receiver.Settings, "--OTEL_SERVICE_NAME", "my-shop-orders"]
            )
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/orders?code=in-the-query")
            {
                Content = new ByteArrayContent(Samples.Utf8()) { Headers = { ContentType = new("application/json") } },
            };
            request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
            using var accepted = await system.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
            await system.IdleAsync();
        }

        var traces = receiver.Said(Traces);
        var storefronts = Encoding.Latin1.GetString(Convert.FromHexString("4bf92f3577b34da6a3ce929d0e0e4736"));
        // The request, its send, and a turn and a call for each provider; nothing of what the sandbox was asked.
        Assert.Equal(1 + 1 + 4 + 4, Times(traces, storefronts));
        Assert.All(
            ["POST /api/orders", "send order-events", "process orders-duel", "PUT", "my-shop-orders"],
            name => Assert.Contains(name, traces, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("HttpRequestIn", traces, StringComparison.Ordinal);
        Assert.All(
            ["orders.accepted", "deliveries", "delivery.latency", "circuit.state", "http.server.request.duration"],
            name => Assert.Contains(name, receiver.Said(Metrics), StringComparison.Ordinal)
        );
        Assert.All(
            ["delivery.attempt duel 1001", "delivery.ended katalys 1001"],
            line => Assert.Contains(line, receiver.Said(Logs), StringComparison.Ordinal)
        );
        Assert.DoesNotContain("in-the-query", receiver.SaidAll(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_address_nothing_is_sent_and_nothing_is_set_up()
    {
        await using var system = await LocalSystem.StartAsync();

        Assert.Null(system.Host.Services.GetService<OpenTelemetrySdk>());
    }

    [Fact]
    public async Task An_address_that_is_none_stops_the_start_with_a_sentence()
    {
        var error = await Assert.ThrowsAsync<SettingsException>(() =>
            LocalSystem.StartAsync(null, "--OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317")
        );

        Assert.Equal(
            "OTEL_EXPORTER_OTLP_ENDPOINT is 'localhost:4317'; it must be an http or https address, such as http://localhost:4317.",
            Assert.Single(error.Problems)
        );
    }

    private static int Times(string text, string part)
    {
        var times = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; times++)
        {
            at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal);
        }

        return times;
    }
}
