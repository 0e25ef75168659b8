using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Endpoints;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Preview;
using OrderFunctions.Storefronts;

namespace OrderFunctions.Local.Commands;

/// <summary>webhook shopify payload.json</summary>
internal static class WebhookCommand
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create(TimeProvider timeProvider)
    {
        var platform = new Argument<string>("platform") { Description = "shopify or woocommerce." };
        platform.AcceptOnlyFromAmong("shopify", "woocommerce");
        var file = new Argument<string>("file") { Description = "The payload as JSON; - reads standard input." };
        var topic = new Option<string>("--topic")
        {
            Description = "What happened, in the platform's words, such as order.deleted; left out: an order's news.",
        };
        var command = new Command(
            "webhook",
            """
            Shows the order event that a shop platform's webhook would make, and the request that each provider would get
            of it, of an order that nobody was told of yet. Checks no signature, sends nothing and starts no server.
            Settings come from the environment, as the host's do.
            """
        )
        {
            platform,
            file,
            topic,
        };
        command.SetAction(
            (parsed, token) =>
                OfflineRun.RunAsync(
                    parsed.GetRequiredValue(file),
                    WebhookEndpoints.MostBytes,
                    "The payload is too large.",
                    parsed.InvocationConfiguration,
                    (services, utf8) =>
                        Show(
                            services,
                            parsed.GetRequiredValue(platform),
                            parsed.GetValue(topic),
                            utf8,
                            timeProvider.GetUtcNow()
                        ),
                    token
                )
        );
        return command;
    }

    private static (string?, ValidationErrors) Show(
        IServiceProvider services,
        string platform,
        string? topic,
        ReadOnlyMemory<byte> utf8,
        DateTimeOffset now
    )
    {
        var problems = new ValidationErrors();
        var storefront = services.GetRequiredService<StorefrontCatalog>().Get(platform)!;
        return storefront.Map(topic, utf8, shop: null, now) switch
        {
            Mapping.Ignored(var reason) => ($"Nobody is told of it: it would be ignored ({reason}).", problems),
            Mapping.Failed(_, var found) => (null, found),
            Mapping.Order(var mapped, _) => OfflineRun.Read(services, CanonicalJson.Write(mapped), problems, now)
                is { } orderEvent
                ? (Write(orderEvent, OfflineRun.Preview(services, orderEvent, now)), problems)
                : (null, problems),
            var mapping => throw new InvalidOperationException($"Nothing is shown of {mapping}."),
        };
    }

    private static string Write(OrderEvent orderEvent, OrderPreview preview) =>
        new JsonObject
        {
            ["event"] = JsonNode.Parse(CanonicalJson.Write(orderEvent)),
            ["preview"] = JsonNode.Parse(EndpointJson.Write(preview)),
        }.ToJsonString(Indented);
}
