using OrderFunctions.Orders;

namespace OrderFunctions.Providers.Retrack;

/// <summary>
/// Retrack is told of orders that came by one of its clicks (seeds: retrack-server-to-server). It knows an order by
/// a uuid of its own, which the ledger keeps; where a call's fate is unknown, the uuid is looked up by order number
/// first, because a second create would make a second transaction.
/// </summary>
public sealed class RetrackProvider(RetrackOptions options) : Provider
{
    public const string ProviderName = "retrack";
    public const string Token = "retrack-bearer-token";

    public override string Name => ProviderName;

    public override RetrackOptions Options => options;

    public override IReadOnlyList<string> SecretNames => [Token];

    public override IEnumerable<string> SettingsProblems() =>
        options.EventId is null
            ? ["Providers__Retrack__EventId is missing: set it to the uuid of the shop's commission event in Retrack."]
            : [];

    public override Statement Gets(Statement statement) =>
        statement with
        {
            Customer = null,
            ShippingAddress = null,
            BillingAddress = null,
            Attribution = statement.Attribution is { } stated
                ? Attribution.None with
                {
                    RetrackClick = stated.RetrackClick,
                }
                : null,
        };

    public override Step Next(OrderEvent orderEvent, PriorState prior)
    {
        var order = orderEvent.Order;
        if (order.Status == OrderStatus.Pending && !options.TellPending)
        {
            return NotYetPaid;
        }

        var mayBeThere = prior.Reference is not null || prior.MayHaveArrived;
        if (prior.LookedUp is null && mayBeThere)
        {
            return LookUp(order);
        }

        var reference = prior.LookedUp?.Reference ?? prior.Reference;
        return reference is null ? NotThere(orderEvent, prior) : There(orderEvent, reference, prior);
    }

    public override Outcome Classify(ProviderRequest request, ProviderResponse response) =>
        request.Purpose == RetrackRequest.LookUpPurpose
            ? RetrackResponse.ClassifyLookUp(response, RetrackRequest.OrderNumberOf(request))
            : RetrackResponse.Classify(response, isCreate: request.Purpose == RetrackRequest.CreatePurpose);

    private static Step.Send LookUp(Order order) => new(RetrackRequest.LookUp(order.Id));

    // Not there as far as we know: what an order went through before it came to us, only Retrack can tell.
    private Step NotThere(OrderEvent orderEvent, PriorState prior)
    {
        var order = orderEvent.Order;
        if (!order.IsVoid && orderEvent.Attribution is null && Wait(NobodySaidWhence, prior) is { } wait)
        {
            return wait;
        }

        var isFirstWord = order.Status is OrderStatus.Pending or OrderStatus.Paid && orderEvent.Attribution is not null;
        if (!isFirstWord && prior is { IsKnownOrder: false, LookedUp: null })
        {
            return LookUp(order);
        }

        if (order.IsVoid)
        {
            return new Outcome.Skipped(
                "Retrack was never told of the order, so there is nothing to reject",
                Supersedes: true
            );
        }

        if (orderEvent.Attribution is not { } attribution)
        {
            return new Outcome.Skipped($"not attributable: {NobodySaidWhence}") { IsIncomplete = true };
        }

        return attribution.RetrackClick is null ? new Outcome.Skipped("not attributable: there is no retrackClick")
            : Uuid(attribution.RetrackClick) is { } click
                ? RetrackRequest.Create(orderEvent, options.EventId!.Value, click)
            : new Outcome.Skipped("not attributable: retrackClick is no UUID");
    }

    private Step There(OrderEvent orderEvent, string reference, PriorState prior) =>
        (prior.LookedUp?.Status?.ToLowerInvariant(), orderEvent.Order.Status) switch
        {
            // Our own create, whose answer was lost: it has landed, and been approved since.
            ("approved", OrderStatus.Pending or OrderStatus.Paid)
                when prior is { Delivered: false, OtherUnderWay: false } => new Outcome.Delivered(reference),
            ("approved", _) => new Outcome.Rejected(
                $"Retrack has approved transaction {reference}, and an approved one can't be changed. Settle it with Retrack by hand."
            ),
            ("rejected", OrderStatus.Cancelled or OrderStatus.Refunded) => new Outcome.Delivered(reference),
            ("rejected", _) => new Outcome.Rejected(
                $"Retrack has rejected transaction {reference}, and its API can't take that back. Settle it with Retrack by hand."
            ),
            (_, OrderStatus.Cancelled or OrderStatus.Refunded) => new Step.Send(RetrackRequest.Reject(reference)),
            _ => RetrackRequest.Update(
                orderEvent,
                options.EventId!.Value,
                reference,
                Uuid(orderEvent.Attribution?.RetrackClick) ?? Uuid(prior.LookedUp?.Click)
            ),
        };

    private static Guid? Uuid(string? text) => Guid.TryParseExact(text, "D", out var uuid) ? uuid : null;
}
