using System.Runtime.InteropServices;
using System.Text.Json;
using OrderFunctions.Json;

namespace OrderFunctions.Orders;

/// <summary>
/// The one gate for order events, over HTTP and from the bus: reads and checks the contract's JSON and
/// tells everything that is wrong with it at once.
/// </summary>
public sealed class OrderEventReader(IReadOnlyCollection<string> providerNames)
{
    /// <summary>Service Bus Standard takes 256 KB a message, properties included.</summary>
    public const int MostBytes = 192 * 1024;

    // What an event may have on the bus, where some letters are longer than they came: leaves 16 KB for properties.
    private const int MostBytesOnTheBus = 240 * 1024;
    private const int LongestEscape = 3;

    private const int IdLength = 128;
    private const int ShortText = 256;

    /// <summary>Reads one event from UTF-8 JSON.</summary>
    /// <param name="latest">No event may have happened after it; null: as late as it likes.</param>
    /// <returns>The event, or null where <paramref name="errors"/> says why not.</returns>
    public OrderEvent? Read(ReadOnlyMemory<byte> utf8, ValidationErrors errors, DateTimeOffset? latest = null)
    {
        if (!IsSmallEnough(utf8.Length, "$", errors))
        {
            return null;
        }

        using var document = JsonInput.Parse(utf8, errors);
        return document is null ? null : Read(document.RootElement, "$", errors, latest);
    }

    /// <summary>
    /// Reads a batch: UTF-8 JSON, an array of 1 to <paramref name="most"/> events. Only one of them is held as a document
    /// at a time, which takes many times the memory of its bytes.
    /// </summary>
    /// <returns>The events, or null where <paramref name="errors"/> says why not.</returns>
    public IReadOnlyList<OrderEvent>? ReadBatch(
        ReadOnlyMemory<byte> utf8,
        int most,
        ValidationErrors errors,
        DateTimeOffset? latest = null
    )
    {
        if (JsonInput.Items(utf8, most, errors) is not { } items)
        {
            return null;
        }

        var events = new List<OrderEvent>(items.Count);
        foreach (var (index, item) in items.Index().TakeWhile(_ => !errors.IsFull))
        {
            if (ReadItem(item, $"$[{index}]", errors, latest) is { } orderEvent)
            {
                events.Add(orderEvent);
            }
        }

        return errors.Any ? null : events;
    }

    private OrderEvent? ReadItem(
        ReadOnlyMemory<byte> utf8,
        string path,
        ValidationErrors errors,
        DateTimeOffset? latest
    )
    {
        if (!IsSmallEnough(utf8.Length, path, errors))
        {
            return null;
        }

        using var document = JsonDocument.Parse(utf8);
        return Read(document.RootElement, path, errors, latest);
    }

    private static bool IsSmallEnough(int bytes, string path, ValidationErrors errors)
    {
        if (bytes <= MostBytes)
        {
            return true;
        }

        errors.Add(path, $"has {bytes} bytes; an order event has at most {MostBytes}");
        return false;
    }

    private OrderEvent? Read(JsonElement element, string path, ValidationErrors errors, DateTimeOffset? latest)
    {
        var before = errors.Count;
        var root = new JsonObjectReader(element, path, errors);
        var eventId = root.Text("eventId", IdLength);
        var occurredAt = OccurredAt(root, latest);
        var providers = Providers(root);
        var order = root.Child("order", required: true) is { } orderReader ? ReadOrder(orderReader) : null;
        var attribution = ReadAttribution(root.Child("attribution") ?? Empty);
        root.RefuseUnknownFields();
        if (errors.Count > before || order is null)
        {
            return null;
        }

        var orderEvent = new OrderEvent(eventId ?? "", occurredAt, providers, order, attribution);
        if (!FitsOnTheBus(element, orderEvent))
        {
            errors.Add(path, $"has more than {MostBytesOnTheBus} bytes on the bus, where emoji are escaped");
            return null;
        }

        return eventId is null ? orderEvent with { EventId = CanonicalJson.EventId(orderEvent) } : orderEvent;
    }

    private static DateTimeOffset OccurredAt(JsonObjectReader root, DateTimeOffset? latest)
    {
        var occurredAt = root.Time("occurredAt", required: true);
        if (occurredAt > latest)
        {
            root.Error(
                "occurredAt",
                $"is in the future: {occurredAt:O} is later than {latest:O}, and what happened before it would count as older"
            );
        }

        return occurredAt;
    }

    private static bool FitsOnTheBus(JsonElement element, OrderEvent orderEvent) =>
        JsonMarshal.GetRawUtf8Value(element).Length < MostBytesOnTheBus / LongestEscape - 1024
        || CanonicalJson.Write(orderEvent).Length <= MostBytesOnTheBus;

    // Stands in for an object left out, so that its fields get their defaults.
    private static JsonObjectReader Empty => new(JsonElement.Parse("{}"u8), "$", new ValidationErrors());

    private List<string>? Providers(JsonObjectReader root)
    {
        var named = root.Texts(
            "providers",
            most: 16,
            ShortText,
            name =>
                providerNames.Contains(name, StringComparer.OrdinalIgnoreCase)
                    ? null
                    : $"is no provider; known are {string.Join(", ", providerNames)}"
        );
        if (named.Count == 0)
        {
            return null;
        }

        // In one order, so that the same set always makes the same event id.
        return [.. providerNames.Where(name => named.Contains(name, StringComparer.OrdinalIgnoreCase))];
    }

    private static Order? ReadOrder(JsonObjectReader order)
    {
        var currency = Currency(order, "currency", required: true);
        var decimals = currency is null ? 4 : Iso4217.Decimals(currency);
        var unit = currency ?? "any currency";
        var read = new Order(
            OrderId(order),
            order.Text("alias", IdLength),
            Status(order),
            order.Time("placedAt", required: true),
            currency ?? "",
            order.Amount("total", decimals, unit, required: true) ?? 0,
            order.Amount("totalBeforeDiscounts", decimals, unit),
            order.Amount("tax", decimals, unit, required: true) ?? 0,
            order.Amount("shipping", decimals, unit) ?? 0,
            order.Amount("shippingTax", decimals, unit) ?? 0,
            [.. order.Children("discounts", most: 100).Select(discount => ReadDiscount(discount, decimals, unit))],
            order.Flag("inStore") ?? false,
            ReadCustomer(order.Child("customer") ?? Empty),
            ReadAddress(order.Child("shippingAddress") ?? Empty),
            [.. order.Children("lines", most: 1000).Select(line => ReadLine(line, decimals, unit))],
            ReadLoyalty(order.Child("loyalty") ?? Empty, currency)
        );
        order.RefuseUnknownFields();
        return order.IsObject ? read : null;
    }

    private static string OrderId(JsonObjectReader order)
    {
        var id = order.Text("id", IdLength, required: true) ?? "";
        if (id is "." or "..")
        {
            order.Error("id", "must not be '.' or '..': it stands in the path of addresses");
        }

        return id;
    }

    private static OrderStatus Status(JsonObjectReader order)
    {
        var status = order.Text("status", ShortText, required: true);
        switch (status)
        {
            case "pending":
                return OrderStatus.Pending;
            case "paid":
                return OrderStatus.Paid;
            case "partiallyRefunded":
                return OrderStatus.PartiallyRefunded;
            case "refunded":
                return OrderStatus.Refunded;
            case "cancelled":
                return OrderStatus.Cancelled;
            case null:
                return default;
            default:
                order.Error("status", "must be pending, paid, partiallyRefunded, refunded or cancelled");
                return default;
        }
    }

    private static string? Currency(JsonObjectReader reader, string name, bool required = false)
    {
        var code = reader.Text(name, ShortText, required);
        if (code is null || Iso4217.IsCode(code))
        {
            return code;
        }

        reader.Error(name, "must be an ISO 4217 code in upper case, such as EUR");
        return null;
    }

    private static Discount ReadDiscount(JsonObjectReader discount, int decimals, string unit)
    {
        var read = new Discount(
            discount.Text("code", ShortText, required: true) ?? "",
            discount.Amount("amount", decimals, unit, required: true) ?? 0
        );
        discount.RefuseUnknownFields();
        return read;
    }

    private static Customer ReadCustomer(JsonObjectReader customer)
    {
        var read = new Customer(
            customer.Text("id", ShortText),
            customer.Text("email", longest: 320),
            customer.Flag("isNew"),
            customer.Count("orderCount", least: 0, most: int.MaxValue)
        );
        customer.RefuseUnknownFields();
        return read;
    }

    private static ShippingAddress ReadAddress(JsonObjectReader address)
    {
        var read = new ShippingAddress(
            address.Text("city", ShortText),
            address.Text("region", ShortText),
            address.Text("state", ShortText),
            address.Text("postalCode", ShortText),
            address.Text("country", ShortText)
        );
        address.RefuseUnknownFields();
        return read;
    }

    private static OrderLine ReadLine(JsonObjectReader line, int decimals, string unit)
    {
        var read = new OrderLine(
            line.Text("sku", ShortText, required: true) ?? "",
            line.Text("name", longest: 1024),
            line.Text("variant", longest: 1024),
            line.Count("quantity", least: 1, most: 1_000_000, required: true) ?? 0,
            line.Amount("unitPrice", decimals, unit, required: true) ?? 0,
            line.Amount("unitTax", decimals, unit),
            line.Uuid("retrackEventId")
        );
        line.RefuseUnknownFields();
        return read;
    }

    private static Loyalty ReadLoyalty(JsonObjectReader loyalty, string? orderCurrency)
    {
        var currency = Currency(loyalty, "commissionCurrency");
        var unit = currency ?? orderCurrency;
        var read = new Loyalty(
            loyalty.Amount("points", decimals: 4, "points have"),
            loyalty.Amount("commission", unit is null ? 4 : Iso4217.Decimals(unit), unit ?? "any currency"),
            currency
        );
        loyalty.RefuseUnknownFields();
        return read;
    }

    private static Attribution ReadAttribution(JsonObjectReader attribution)
    {
        var read = new Attribution(
            attribution.Texts("userIds", most: 50, ShortText),
            attribution.Texts("visitorIds", most: 50, ShortText),
            attribution.Text("avantLinkToken"),
            attribution.Text("retrackClick"),
            attribution.Text("affiliate"),
            attribution.Text("userAgent"),
            attribution.IpAddress("ipAddress"),
            attribution.Text("pageUrl"),
            attribution.Text("referrerUrl"),
            attribution.Text("googleClickId"),
            attribution.Text("customTrackingCode")
        );
        attribution.RefuseUnknownFields();
        return read;
    }
}
