using OrderFunctions.Orders;

namespace OrderFunctions.Providers.Katalys;

/// <summary>
/// Katalys is told of every order and of every change; what it gets with the same site_id and order_id it merges, in
/// the order received (seeds: katalys-order-status-reporting).
/// </summary>
public sealed class KatalysProvider(KatalysOptions options) : Provider
{
    public const string ProviderName = "katalys";

    // "if reported within a fast time window"; Katalys' glossary names three days from when the order was placed.
    private static readonly TimeSpan RejectionWindow = TimeSpan.FromDays(3);

    public override string Name => ProviderName;

    public override KatalysOptions Options => options;

    public override IEnumerable<string> SettingsProblems() =>
        string.IsNullOrWhiteSpace(options.SiteId)
            ?
            [
                "Providers__Katalys__SiteId is missing: set it to the Site ID that the storefront's Katalys script uses.",
            ]
            : [];

    public override Statement Gets(Statement statement) =>
        statement with
        {
            Customer = statement.Customer is { } customer ? customer with { Id = null, IsNew = null } : null,
            Attribution = statement.Attribution is { } stated
                ? Attribution.None with
                {
                    UserAgent = stated.UserAgent,
                    IpAddress = stated.IpAddress,
                }
                : null,
        };

    public override Step Next(OrderEvent orderEvent, PriorState prior)
    {
        var order = orderEvent.Order;
        if (NothingToTell("Katalys", order, options.TellPending, prior) is { } nothing)
        {
            return nothing;
        }

        // Required where an order is first reported; what only states its status, as a void order's event may, needs none.
        var lacksEmail = order.Customer.Email is null && !order.IsVoid;
        if (lacksEmail && !prior.Delivered)
        {
            return WithoutEmail(order, prior);
        }

        var before = prior.ToldLast is { } told ? new KatalysLists(told.LineItems, told.Discounts) : null;
        var after = KatalysRequest.ListsAfter(orderEvent, before);
        var isLate = order.IsVoid && orderEvent.OccurredAt - order.PlacedAt > RejectionWindow;
        return new Step.Send(
            KatalysRequest.Report(orderEvent, options.SiteId!, before),
            isLate ? "more than 3 days after the order was placed: Katalys may not reject it by itself" : null
        )
        {
            Told = new ToldOrder { LineItems = after.Lines, Discounts = after.Discounts },
            IsIncomplete = lacksEmail || (orderEvent.Attribution is null && !order.IsVoid),
        };
    }

    private static Outcome WithoutEmail(Order order, PriorState prior)
    {
        const string reason = "Katalys needs customer.email for an order it has not been told of";
        return Wait(reason, prior)
            ?? (
                order.Status == OrderStatus.Pending
                    ? new Outcome.Skipped($"{reason}; no event has said it") { IsIncomplete = true }
                    : new Outcome.Rejected(
                        $"{reason}, and no event has said it. Send how the order stands now once more, with it."
                    )
                    {
                        IsIncomplete = true,
                    }
            );
    }

    public override Outcome Classify(ProviderRequest request, ProviderResponse response) =>
        KatalysResponse.Classify(response);
}
