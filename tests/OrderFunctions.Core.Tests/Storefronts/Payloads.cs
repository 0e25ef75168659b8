using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Storefronts;
using OrderFunctions.Storefronts.Shopify;
using OrderFunctions.Storefronts.WooCommerce;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Storefronts;

/// <summary>Payloads for tests: samples/webhooks, changed where a test needs them otherwise.</summary>
internal static class Payloads
{
    public static readonly DateTimeOffset ReceivedAt = new(2026, 11, 21, 13, 5, 0, TimeSpan.Zero);

    public static JsonObject Shopify(Action<JsonObject>? change = null) => Sample("shopify-order", change);

    public static JsonObject WooCommerce(Action<JsonObject>? change = null) => Sample("woocommerce-order", change);

    public static Mapping MapShopify(
        Action<JsonObject>? change = null,
        ShopifyOptions? options = null,
        string? topic = "orders/updated"
    ) => Map(new ShopifyStorefront(options ?? new ShopifyOptions()), Shopify(change), topic);

    public static Mapping MapWooCommerce(
        Action<JsonObject>? change = null,
        WooCommerceOptions? options = null,
        string? topic = "order.updated"
    ) => Map(new WooCommerceStorefront(options ?? new WooCommerceOptions()), WooCommerce(change), topic);

    public static Mapping Map(
        Storefront storefront,
        JsonObject payload,
        string? topic,
        string? shop = null,
        JsonArray? refunds = null
    )
    {
        return storefront.Map(topic, Utf8(payload), shop, ReceivedAt, refunds is null ? null : Utf8(refunds));

        static ReadOnlyMemory<byte> Utf8(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    /// <summary>The event of a mapping, as intake takes it.</summary>
    public static OrderEvent Event(Mapping mapping)
    {
        Assert.True(
            mapping is Mapping.Order,
            mapping is Mapping.Failed failed ? $"Not mapped: {failed.Problems}" : $"{mapping}"
        );
        var mapped = ((Mapping.Order)mapping).Event;
        var errors = new ValidationErrors();
        var read = new OrderEventReader(Samples.ProviderNames).Read(CanonicalJson.Write(mapped), errors);
        Assert.True(
            read is not null,
            $"Intake refuses it: {errors}\n{Encoding.UTF8.GetString(CanonicalJson.Write(mapped))}"
        );
        Assert.Equal(read.EventId, CanonicalJson.EventId(read));
        return read;
    }

    public static OrderEvent ShopifyEvent(Action<JsonObject>? change = null, ShopifyOptions? options = null) =>
        Event(MapShopify(change, options));

    public static OrderEvent WooCommerceEvent(Action<JsonObject>? change = null, WooCommerceOptions? options = null) =>
        Event(MapWooCommerce(change, options));

    /// <summary>Sets a Shopify amount, both flat and in both currencies.</summary>
    public static void Money(this JsonObject json, string field, string shop, string? presentment = null)
    {
        json[field] = shop;
        json[$"{field}_set"] = Set(shop, presentment);
    }

    public static JsonObject Set(string shop, string? presentment = null) =>
        new()
        {
            ["shop_money"] = new JsonObject { ["amount"] = shop },
            ["presentment_money"] = new JsonObject { ["amount"] = presentment ?? shop },
        };

    public static JsonArray Items(this JsonObject json, string field) => json[field]!.AsArray();

    public static JsonObject Line(this JsonObject json, int index) => json["line_items"]![index]!.AsObject();

    /// <summary>Goods that Shopify has taken back, and what was paid for it.</summary>
    public static JsonObject Refund(
        string subtotal,
        string tax,
        string paid,
        string status = "success",
        string currency = "USD"
    ) =>
        new()
        {
            ["refund_line_items"] = new JsonArray(
                new JsonObject
                {
                    ["quantity"] = 1,
                    ["subtotal_set"] = Set(subtotal),
                    ["total_tax_set"] = Set(tax),
                }
            ),
            ["transactions"] = new JsonArray(
                new JsonObject
                {
                    ["kind"] = "refund",
                    ["status"] = status,
                    ["amount"] = paid,
                    ["currency"] = currency,
                }
            ),
            ["order_adjustments"] = new JsonArray(),
        };

    /// <summary>The order's sums in one line, for a test to compare.</summary>
    public static string Sums(this OrderEvent orderEvent)
    {
        var order = orderEvent.Order;
        var lines = order.Lines.Select(line => $"{line.Quantity}x{line.SkuOrName}={In(line.Total)}+{In(line.Tax)}");
        return $"{order.Status} {In(order.Total)} {order.Currency}: goods {In(order.Goods)} [{string.Join(' ', lines)}], tax {In(order.Tax)}, shipping {In(order.Shipping)}+{In(order.ShippingTax)}, fees {In(order.Fees)}";

        static string In(decimal? amount) => amount?.ToString("0.####", CultureInfo.InvariantCulture) ?? "-";
    }

    private static JsonObject Sample(string name, Action<JsonObject>? change)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "samples", "webhooks", $"{name}.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change?.Invoke(json);
        return json;
    }
}
