using OrderFunctions.Orders;

namespace OrderFunctions.Providers.AvantLink;

/// <summary>
/// AvantLink is told of an order once, when it is paid (seeds: avantlink-order-tracking, When to Call). Its
/// server-to-server API has no way to take an order back.
/// </summary>
public sealed class AvantLinkProvider(AvantLinkOptions options) : Provider
{
    public const string ProviderName = "avantlink";

    public override string Name => ProviderName;

    public override AvantLinkOptions Options => options;

    public override IEnumerable<string> SettingsProblems()
    {
        if (options.MerchantId is null)
        {
            yield return "Providers__AvantLink__MerchantId is missing: set it to the Merchant UUID ID that AvantLink gave the shop.";
        }

        using var message = new HttpRequestMessage();
        if (!message.Headers.UserAgent.TryParseAdd(options.UserAgent))
        {
            yield return "Providers__AvantLink__UserAgent is no User-Agent: use a form such as MyShop/1.0.";
        }
    }

    public override Step Next(OrderEvent orderEvent, PriorState prior)
    {
        var status = orderEvent.Order.Status;
        if (prior.Delivered)
        {
            return status == OrderStatus.Paid
                ? new Outcome.Skipped("already told: AvantLink takes each order once")
                : new Outcome.Skipped(
                    $"AvantLink has the order as paid, and its API can't be told that it is {Words(status)}"
                );
        }

        return status switch
        {
            // A late "paid" that is older is no longer true, and AvantLink could not be told so afterwards.
            OrderStatus.Pending => new Outcome.Skipped("not yet paid", Supersedes: true),
            OrderStatus.Paid => TellPaid(orderEvent),
            // A late "paid" of this order is still worth telling after a partial refund, not after a whole one.
            _ => new Outcome.Skipped(
                $"AvantLink is told of an order only while it is paid; this one is {Words(status)}",
                Supersedes: orderEvent.Order.IsVoid
            ),
        };
    }

    public override Outcome Classify(ProviderRequest request, ProviderResponse response) =>
        AvantLinkResponse.Classify(response);

    private Step TellPaid(OrderEvent orderEvent)
    {
        var attribution = orderEvent.Attribution ?? Attribution.None;
        if (attribution is { UserIds: [], VisitorIds: [], AvantLinkToken: null })
        {
            return new Outcome.Skipped("not attributable: the event has no userIds, visitorIds or avantLinkToken");
        }

        var missing = AvantLinkRequest.Missing(orderEvent).ToList();
        if (missing.Count > 0)
        {
            return new Outcome.Skipped($"AvantLink needs {string.Join(", ", missing)}");
        }

        var personal = AvantLinkRequest.PersonalFields(orderEvent).ToList();
        return personal.Count > 0
            ? new Outcome.Skipped(
                $"AvantLink takes no personal information; an e-mail address stands in {string.Join(", ", personal)}"
            )
            : new Step.Send(AvantLinkRequest.Order(orderEvent, options));
    }

    private static string Words(OrderStatus status) =>
        status switch
        {
            OrderStatus.PartiallyRefunded => "partially refunded",
            OrderStatus.Refunded => "refunded",
            OrderStatus.Cancelled => "cancelled",
            OrderStatus.Pending => "pending",
            _ => "paid",
        };
}
