using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OrderFunctions.Hosting;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>What leaves the local host by OTLP and as operator webhooks, against a receiver on this machine.</summary>
public sealed class TelemetryTests
{
    private const string Traces = "/v1/traces";
    private const string Metrics = "/v1/metrics";
    private const string Logs = "/v1/logs";
    private const string Hook = "/hook";

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

    // Everything is on, and everything goes wrong that can: what is marked must stay here.
    [Fact]
    public async Task No_secret_and_nothing_of_a_customer_s_leaves_by_logs_traces_metrics_or_webhooks()
    {
        await using var receiver = await TelemetryReceiver.StartAsync();
        var webhookKey = Convert.ToBase64String(Encoding.ASCII.GetBytes("marked-webhook-key-of-32-bytes!!"));
        await using (
            var system = await LocalSystem.StartAsync(
                null,
                [
                    .. receiver.Settings,
                    "--OperatorEvents:Url",
                    receiver.Url + Hook,
                    "--Credentials:operator-webhook",
                    $"whsec_{webhookKey}",
                    "--Local:ApiKey",
                    "marked-api-key",
                    "--Credentials:duel-basic-username",
                    "marked-user",
                    "--Credentials:duel-basic-password",
                    "marked-password",
                    "--Credentials:retrack-bearer-token",
                    "marked-token",
                    "--Providers:Katalys:RetryDelays:0",
                    "00:00:00.1",
                ]
            )
        )
        {
            // Words of a provider that repeat what it was told, and what it was sent in the header.
            const string echo =
                "marked.person@example.com marked-ip 203.0.113.99 marked-password marked-token bWFya2VkLXVzZXI6bWFya2VkLXBhc3N3b3Jk";
            system.Sandbox.InjectFault("duel", new Fault { Status = 401, Body = echo });
            system.Sandbox.InjectFault("retrack", new Fault { Drop = true });
            system.Sandbox.InjectFault("katalys", new Fault { Status = 500, Body = echo });
            system.Sandbox.InjectFault("avantlink", new Fault { Status = 400, Body = echo });
            for (var order = 0; order < 8; order++)
            {
                using var accepted = await SendAsync(system, "api/orders?code=marked-api-key", Marked(order));
                Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
            }

            using var wrong = await SendAsync(
                system,
                "api/orders?code=marked-api-key",
                Encoding.UTF8.GetBytes("""{"order":{"id":"1","marked-field":"marked-value"}}""")
            );
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
            using var refused = await SendAsync(system, "api/orders?code=marked-wrong-key", Marked(9));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            using var click = await SendAsync(
                system,
                "api/clicks?code=marked-api-key",
                Encoding.UTF8.GetBytes(
                    """{"avantLinkToken":"marked-click","visitorIds":["marked-visitor"],"userAgent":"marked-browser","ipAddress":"203.0.113.99","pageUrl":"https://shop.example/?avad=marked-click"}"""
                )
            );
            Assert.Equal(HttpStatusCode.Accepted, click.StatusCode);
            await LocalSystem.UntilAsync(
                () =>
                    receiver.Said(Hook).Contains("delivery.parked", StringComparison.Ordinal)
                    && receiver.Said(Hook).Contains("credential.rejected", StringComparison.Ordinal)
                    && receiver.Said(Hook).Contains("circuit.opened", StringComparison.Ordinal),
                () => receiver.Said(Hook)
            );
            // Its lines are sent when the host stops, if it has written them by then.
            await LocalSystem.UntilAsync(
                () => !system.BusyQueues.Contains("orders-retrack"),
                () => string.Join(", ", system.BusyQueues)
            );
        }

        Assert.All([Traces, Metrics, Logs, Hook], path => Assert.NotEqual(0, receiver.Count(path)));
        var said = receiver.SaidAll();
        Assert.All(
            ["delivery.parked avantlink", "credential.rejected duel", "circuit.opened", "delivery.ended retrack"],
            line => Assert.Contains(line, said, StringComparison.Ordinal)
        );
        Assert.All(
            ["marked", "203.0.113.99", webhookKey, "bWFya2Vk"],
            value => Assert.DoesNotContain(value, said, StringComparison.OrdinalIgnoreCase)
        );
    }

    private static Task<HttpResponseMessage> SendAsync(LocalSystem system, string path, byte[] body) =>
        system.PostAsync(path, body, "application/json");

    private static byte[] Marked(int number) =>
        Samples.Utf8(json =>
        {
            json["order"]!["id"] = $"o-{number}";
            json["order"]!["customer"] = new JsonObject
            {
                ["id"] = "marked-customer",
                ["email"] = "marked.person@example.com",
                ["isNew"] = true,
                ["orderCount"] = 1,
            };
            json["order"]!["shippingAddress"] = new JsonObject
            {
                ["city"] = "Markedville",
                ["postalCode"] = "marked-1",
                ["country"] = "SE",
            };
            json["order"]!["lines"]![0]!["name"] = "Marked goods";
            json["attribution"]!["visitorIds"] = new JsonArray("marked-visitor");
            json["attribution"]!["userIds"] = new JsonArray("marked-member");
            json["attribution"]!["avantLinkToken"] = "77_marked";
            json["attribution"]!["affiliate"] = "marked-affiliate";
            json["attribution"]!["userAgent"] = "Mozilla/5.0 (marked-browser)";
            json["attribution"]!["ipAddress"] = "203.0.113.99";
            json["attribution"]!["pageUrl"] = "https://store.example.com/marked?o=1";
            json["attribution"]!["referrerUrl"] = "https://store.example.com/marked-referrer";
        });

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
