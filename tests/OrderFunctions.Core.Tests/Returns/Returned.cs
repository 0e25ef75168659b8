using System.Globalization;
using System.Text.Json.Nodes;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.Returns;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Returns;

/// <summary>Ledger entries of orders that AvantLink was told of and that came back.</summary>
internal static class Returned
{
    public static readonly DateTimeOffset PlacedAt = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset Now = PlacedAt.AddDays(20);

    public static readonly AvantLinkOptions Options = new() { ReturnsMerchantId = 10248 };

    /// <summary>The order of MerchantTransactionAdjustment's document (P-A3): one item of 60.00 and one of 40.00.</summary>
    public static readonly JsonArray SixtyAndForty = [Line("sixty", 1, "60.00"), Line("forty", 1, "40.00")];

    public static JsonObject Line(string sku, int quantity, string total) =>
        new()
        {
            ["sku"] = sku,
            ["quantity"] = quantity,
            ["total"] = total,
        };

    /// <summary>Told when it was paid; nothing came back.</summary>
    public static LedgerEntry Told(string goods, JsonArray lines, Action<JsonObject>? change = null)
    {
        var paid = Event("paid", goods, lines, PlacedAt, change);
        return new LedgerEntry(paid.Order.Id, "avantlink", paid.Version, DeliveryState.Delivered)
        {
            Delivered = true,
            ToldLast = new ToldOrder { Goods = ToldGoods.Of(paid.Order) },
        };
    }

    /// <summary>A newer event says what is left.</summary>
    public static LedgerEntry Left(
        this LedgerEntry entry,
        string status,
        string goods,
        JsonArray lines,
        Action<JsonObject>? change = null
    )
    {
        var at = (entry.LeftAt ?? PlacedAt).AddDays(1);
        var left = Event(status, goods, lines, at, change);
        return entry with { Version = left.Version, Left = ToldGoods.Of(left.Order), LeftAt = left.OccurredAt };
    }

    public static LedgerEntry Marked(this LedgerEntry entry) => entry with { Returned = entry.Left };

    public static OrderReturn? Return(this LedgerEntry entry) => OrderReturn.Of(entry, Options, Now);

    /// <summary>Each line as `SKU: amount x quantity reason`.</summary>
    public static IEnumerable<string> Lines(this LedgerEntry entry) =>
        (entry.Return()?.Lines ?? []).Select(line =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{line.Sku ?? "-"}: {line.Amount?.ToString(CultureInfo.InvariantCulture) ?? "all"} x {line.Quantity} {line.Reason}"
            )
        );

    private static OrderEvent Event(
        string status,
        string goods,
        JsonArray lines,
        DateTimeOffset at,
        Action<JsonObject>? change
    ) =>
        Samples.Event(json =>
        {
            json["occurredAt"] = at.ToString("O", CultureInfo.InvariantCulture);
            var order = json["order"]!.AsObject();
            order["status"] = status;
            order["placedAt"] = PlacedAt.ToString("O", CultureInfo.InvariantCulture);
            (order["currency"], order["total"], order["tax"]) = ("USD", goods, 0);
            order["lines"] = lines.DeepClone();
            change?.Invoke(order);
        });
}
