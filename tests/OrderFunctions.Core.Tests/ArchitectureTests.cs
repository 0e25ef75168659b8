using OrderFunctions.Providers;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests;

/// <summary>docs/architecture.md, as a test: which room of Core may use which.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Platforms =
    [
        .. typeof(Provider)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Provider)))
            .Select(type => type.Namespace!["OrderFunctions.".Length..]),
    ];

    private static readonly Rooms Core = new(
        "OrderFunctions",
        [
            new("Strings", [], "what the language lacks for texts"),
            new("Json", ["Strings"], "reading and writing JSON knows no orders"),
            new("Orders", ["Json"], "what an order is depends on nobody who is told of it"),
            new("Redaction", ["Orders", "Strings"], "what is personal is told by the order alone"),
            new(
                "Bus",
                ["Strings"],
                "messages are bytes and properties; of what they say, a parked one's total is read and no more"
            ),
            new("Ledger", ["Orders"], "what is on record is data; its rules are Delivery's"),
            new("Credentials", ["Strings"], "a secret has a name and a value"),
            new("Http", [], "how a call goes out, whoever is called"),
            new(
                "Diagnostics",
                ["Bus", "Ledger", "Credentials", "Http", "Strings"],
                "names of metrics and traces, and what a person should hear of; it knows no order"
            ),
            new("Providers", ["Orders", "Json", "Redaction"], "rules are pure: no calls, no ledger, no bus"),
            .. Platforms.Select(name => new Room(
                name,
                ["Providers", "Orders", "Json", "Redaction"],
                "a provider knows no other provider"
            )),
            new(
                "Sending",
                ["Providers", "Credentials", "Http", "Redaction", "Ledger", "Diagnostics"],
                "a call knows nothing of orders; the ledger only counts it"
            ),
            new(
                "Delivery",
                [
                    "Sending",
                    "Providers",
                    "Ledger",
                    "Orders",
                    "Json",
                    "Bus",
                    "Redaction",
                    "Credentials",
                    "Diagnostics",
                    "Strings",
                ],
                "one delivery: it settles no message and answers no request"
            ),
            new("Storefronts", ["Orders", "Json", "Strings"], "mapping is pure: no bus, no secrets, no clock"),
            new("Storefronts.Shopify", ["Storefronts", "Orders", "Json"], "a shop platform knows no other"),
            new("Storefronts.WooCommerce", ["Storefronts", "Orders", "Json", "Http"], "a shop platform knows no other"),
            new(
                "Webhooks",
                [
                    "Storefronts",
                    "Intake",
                    "Credentials",
                    "Http",
                    "Orders",
                    "Json",
                    "Bus",
                    "Redaction",
                    "Strings",
                    "Diagnostics",
                ],
                "it knows no platform, and what comes of a payload is intake's business"
            ),
            new(
                "Intake",
                ["Orders", "Json", "Bus", "Providers", "Diagnostics"],
                "accepting an event tells nobody of it"
            ),
            new(
                "Parked",
                ["Delivery", "Ledger", "Bus", "Orders", "Json", "Diagnostics"],
                "what a person does with what is parked: it knows no route and makes no calls"
            ),
            new(
                "Handlers",
                [
                    "Parked",
                    "Delivery",
                    "Sending",
                    "Intake",
                    "Webhooks",
                    "Ledger",
                    "Bus",
                    "Orders",
                    "Json",
                    "Providers",
                    "Diagnostics",
                ],
                "what happens to a message: no route, no setting"
            ),
            new(
                "Preview",
                ["Delivery", "Ledger", "Orders", "Providers"],
                "it decides as a delivery does, and neither reads the ledger nor calls anybody"
            ),
            new(
                "Returns",
                ["Ledger", "Orders", "Providers", "Providers.AvantLink"],
                "what a person tells AvantLink of, as it has it; it makes no calls"
            ),
            new(
                "Gallery",
                ["Sending", "Providers", "Providers.Duel", "Credentials", "Redaction"],
                "Duel's assets, asked for over Duel's channel and kept for a while; it knows no order"
            ),
            new(
                "Operations",
                ["Delivery", "Sending", "Providers", "Ledger", "Bus", "Diagnostics"],
                "what a person on call sees and switches; it tells nobody of an order"
            ),
            new(
                "Endpoints.Pages",
                ["Endpoints", "Gallery", "Providers.Duel", "Intake", "Orders", "Json", "Bus", "Diagnostics"],
                "what a browser may ask: no key, no order"
            ),
            new(
                "Endpoints.Operators",
                ["Endpoints", "Operations", "Returns", "Parked", "Providers", "Json", "Bus"],
                "what a person on call asks for with a key"
            ),
            new(
                "Endpoints",
                [
                    "Operations",
                    "Gallery",
                    "Providers.Duel",
                    "Intake",
                    "Webhooks",
                    "Storefronts",
                    "Preview",
                    "Returns",
                    "Parked",
                    "Ledger",
                    "Orders",
                    "Json",
                    "Bus",
                    "Providers",
                    "Credentials",
                    "Diagnostics",
                ],
                "a route makes no calls to providers"
            ),
            new(
                "Hosting",
                [
                    "Endpoints.Pages",
                    "Endpoints.Operators",
                    "Endpoints",
                    "Operations",
                    "Handlers",
                    "Parked",
                    "Gallery",
                    "Returns",
                    "Intake",
                    "Webhooks",
                    "Storefronts",
                    "Storefronts.Shopify",
                    "Storefronts.WooCommerce",
                    "Delivery",
                    "Sending",
                    "Providers",
                    .. Platforms,
                    "Ledger",
                    "Bus",
                    "Credentials",
                    "Http",
                    "Orders",
                    "Json",
                    "Redaction",
                    "Diagnostics",
                ],
                "it puts all together"
            ),
        ]
    );

    [Fact]
    public void Every_room_uses_only_the_rooms_below_it()
    {
        var violations = Core.Violations(typeof(Orders.OrderEvent).Assembly.Location);

        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void The_rooms_make_no_circle() => Assert.Null(Core.Circle());
}
