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
        var eventId = root.Text("eventId", OrderReader.IdLength);
        var occurredAt = OccurredAt(root, latest);
        var providers = Providers(root);
        var order = root.Child("order", required: true) is { } child ? OrderReader.Read(child) : null;
        var attribution = root.Child("attribution") is { } visit ? ReadAttribution(visit) : null;
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
        var occurredAt = root.Time("occurredAt", required: true) ?? default;
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

    private List<string>? Providers(JsonObjectReader root)
    {
        var named = root.Texts(
            "providers",
            most: 16,
            OrderReader.ShortText,
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

    private static Attribution ReadAttribution(JsonObjectReader attribution)
    {
        var read = new Attribution(
            attribution.Texts("userIds", most: 50, OrderReader.ShortText),
            attribution.Texts("visitorIds", most: 50, OrderReader.ShortText),
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
