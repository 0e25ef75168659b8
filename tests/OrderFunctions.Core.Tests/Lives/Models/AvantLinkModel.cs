using System.Text.Json;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;

namespace OrderFunctions.Core.Tests.Lives.Models;

/// <summary>
/// Takes an order once, when it is paid, or what is left of it; the same order number again changes nothing; nothing takes an order back
/// (seeds: avantlink-order-tracking).
/// </summary>
internal sealed class AvantLinkModel(Life life) : ProviderModel(life)
{
    private string? _belief;

    public override Provider Provider { get; } =
        new AvantLinkProvider(new AvantLinkOptions { Enabled = true, MerchantId = new Guid(1, 2, 3, new byte[8]) });

    public override string? Belief => _belief;

    public override IEnumerable<string?> RightBeliefs(bool isParked)
    {
        var told = Life.Arriving.Where(IsTold).ToList();
        if (IsOriginStated)
        {
            // Each of them is one that AvantLink may have: it takes the first that comes.
            foreach (var lifeEvent in told)
            {
                yield return Words(lifeEvent.Total, lifeEvent.CouponCodes);
            }
        }

        // It must have one unless each may have come after a newer one that says that it is none, or an event has said
        // that nobody is to be paid for it.
        var none = Life
            .Arriving.Where(lifeEvent => lifeEvent.IsVoid || lifeEvent.Status == OrderStatus.Pending)
            .ToList();
        if (
            !IsOriginStated
            || IsExcluded
            || IsOriginDenied
            || told.All(lifeEvent => none.Any(other => other.IsNewerThan(lifeEvent)))
        )
        {
            yield return null;
        }
    }

    private static bool IsTold(LifeEvent lifeEvent) =>
        lifeEvent.Status is OrderStatus.Paid or OrderStatus.PartiallyRefunded;

    protected override (int Status, string Body) Write(LifeEvent lifeEvent, string path, JsonElement body)
    {
        if (!IsTold(lifeEvent))
        {
            Violation($"{lifeEvent.Id} is told though it is {lifeEvent.Status}");
        }

        var ids = body.GetProperty("tracking_ids");
        if (ids.GetProperty("user_id").GetArrayLength() + ids.GetProperty("visitor_id").GetArrayLength() == 0)
        {
            Violation($"{lifeEvent.Id} is told without a tracking id");
        }

        var order = body.GetProperty("order");
        _belief ??= Words(
            order.GetProperty("order_amount_subtotal").GetDecimal(),
            order.GetProperty("coupon_codes").EnumerateArray().Select(code => code.GetString()!)
        );
        return (200, """{"success": true}""");
    }

    private static string Words(decimal total, IEnumerable<string> codes) =>
        $"{total:0.###} by {string.Join('+', codes)}";
}
