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

    public override Step Next(OrderEvent orderEvent, PriorState prior)
    {
        var order = orderEvent.Order;
        if (order.Customer.Email is null && !prior.Delivered)
        {
            return Incomplete("Katalys needs customer.email for an order it was not told of yet", orderEvent, prior);
        }

        var isLate = order.IsVoid && orderEvent.OccurredAt - order.PlacedAt > RejectionWindow;
        return new Step.Send(
            KatalysRequest.Report(orderEvent, options.SiteId!),
            isLate ? "more than 3 days after the order was placed: Katalys may not reject it by itself" : null
        );
    }

    public override Outcome Classify(ProviderRequest request, ProviderResponse response) =>
        KatalysResponse.Classify(response);
}
