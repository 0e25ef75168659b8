using OrderFunctions.Orders;

namespace OrderFunctions.Providers.AvantLink;

/// <summary>
/// AvantLink is told of an order once, when it is paid (seeds: avantlink-order-tracking, When to Call), with what is left
/// of it by then. Its server-to-server API has no way to take an order back.
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

        if (options.ReturnsMerchantId <= 0)
        {
            yield return $"Providers__AvantLink__ReturnsMerchantId is {options.ReturnsMerchantId}: set it to the whole number that AvantLink shows as the shop's Merchant ID, or leave it out.";
        }

        if (!Iso4217.IsCode(options.ReturnsCurrency))
        {
            yield return $"Providers__AvantLink__ReturnsCurrency is '{options.ReturnsCurrency}': set it to the currency of the shop's AvantLink network, USD, CAD or AUD.";
        }

        using var message = new HttpRequestMessage();
        if (!message.Headers.UserAgent.TryParseAdd(options.UserAgent))
        {
            yield return "Providers__AvantLink__UserAgent is no User-Agent: use a form such as MyShop/1.0.";
        }
    }

    public override Statement Gets(Statement statement) =>
        statement with
        {
            // Never the e-mail address.
            Customer = statement.Customer is { } customer ? customer with { Id = null, Email = null } : null,
            ShippingAddress = Region(statement.ShippingAddress),
            BillingAddress = Region(statement.BillingAddress),
            Attribution = statement.Attribution is { } stated
                ? stated with
                {
                    RetrackClick = null,
                    Affiliate = null,
                }
                : null,
        };

    public override Step Next(OrderEvent orderEvent, PriorState prior)
    {
        var order = orderEvent.Order;
        if (prior.Delivered)
        {
            return AfterTold(order, prior);
        }

        if (order.Status == OrderStatus.Pending)
        {
            return NotYetPaid;
        }

        if (!order.IsVoid)
        {
            return Tell(orderEvent, prior);
        }

        return prior is { MayHaveArrived: true, OtherUnderWay: true }
            ? new Outcome.Rejected(
                $"AvantLink may have the order from a request that was never answered, and it is {Words(order.Status)} since. Look it up at AvantLink and take it back there by hand if it is there."
            )
            : new Outcome.Skipped(
                $"AvantLink was not told of the order, and it is {Words(order.Status)}: there is nothing to tell",
                Supersedes: true
            );
    }

    /// <summary>It takes an order once, and nothing says what a second does: only who knows that it was lost there may say so.</summary>
    public override bool CanBeToldAgain(Order order, bool isForced) =>
        isForced && order.Status is OrderStatus.Paid or OrderStatus.PartiallyRefunded;

    public override bool TakesClicks => true;

    public override Step Tell(Click click)
    {
        var personal = AvantLinkRequest.PersonalFields(click.Visit, "").ToList();
        return personal.Count > 0
            ? new Outcome.Rejected(
                $"AvantLink takes no personal information; an e-mail address stands in {string.Join(", ", personal)}."
            )
            : new Step.Send(AvantLinkRequest.Click(click, options));
    }

    public override Outcome Classify(ProviderRequest request, ProviderResponse response) =>
        AvantLinkResponse.Classify(response);

    private static Outcome.Skipped AfterTold(Order order, PriorState prior)
    {
        const string listed = "GET /api/returns lists what came back";
        var (told, left) = (prior.ToldLast?.Goods, ToldGoods.Of(order));
        return order.Status switch
        {
            OrderStatus.Paid when left?.Amount < told?.Amount => new Outcome.Skipped(
                $"AvantLink has the order, and its API can't be told that less is left of it: {listed}"
            )
            {
                Left = left,
            },
            OrderStatus.Pending or OrderStatus.Paid => new Outcome.Skipped(
                "already told: AvantLink takes each order once"
            )
            {
                // What was said to have come back is there after all.
                Left = prior.Left is null ? null : told,
            },
            _ => new Outcome.Skipped(
                $"AvantLink has the order, and its API can't be told that it is {Words(order.Status)}: {listed}"
            )
            {
                Left = left,
            },
        };
    }

    private Step Tell(OrderEvent orderEvent, PriorState prior)
    {
        if (orderEvent.Attribution is not { } attribution)
        {
            return Wait(NobodySaidWhence, prior)
                ?? new Outcome.Skipped($"not attributable: {NobodySaidWhence}") { IsIncomplete = true };
        }

        if (attribution is { UserIds: [], VisitorIds: [], AvantLinkToken: null })
        {
            return new Outcome.Skipped("not attributable: there are no userIds, visitorIds or avantLinkToken");
        }

        // It may be AvantLink's sale: a person has to see why it is not told.
        var missing = AvantLinkRequest.Missing(orderEvent).ToList();
        if (missing.Count > 0)
        {
            return new Outcome.Rejected(
                $"AvantLink needs {string.Join(", ", missing)}. Send how the order stands now once more, with it."
            );
        }

        var personal = AvantLinkRequest.PersonalFields(orderEvent).ToList();
        return personal.Count > 0
            ? new Outcome.Rejected(
                $"AvantLink takes no personal information; an e-mail address stands in {string.Join(", ", personal)}. Send how the order stands now once more, without it."
            )
            : new Step.Send(AvantLinkRequest.Order(orderEvent, options), IfThereAlready(prior))
            {
                Told = new ToldOrder { Goods = ToldGoods.Of(orderEvent.Order) },
            };
    }

    // The first that arrives counts there: a repeat with another amount would change nothing.
    private static string? IfThereAlready(PriorState prior) =>
        prior is { MayHaveArrived: true, OtherUnderWay: true }
            ? "a request of another event was never answered: AvantLink may have the order as it stood then. Look it up there, and take back by hand what came back since"
            : null;

    private static string Words(OrderStatus status) =>
        status == OrderStatus.PartiallyRefunded ? "partially refunded" : status.ToString().ToLowerInvariant();

    private static Address? Region(Address? address) =>
        address is null ? null : address with { City = null, PostalCode = null };
}
