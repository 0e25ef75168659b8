using OrderFunctions.Orders;

namespace OrderFunctions.Providers.Duel;

/// <summary>
/// Duel is told of every order and of every change to it (seeds: duel-open-api, Orders: "Send this whenever an
/// order event occurs").
/// </summary>
public sealed class DuelProvider(DuelOptions options) : Provider
{
    public const string ProviderName = "duel";
    public const string BearerToken = "duel-bearer-token";
    public const string BasicUsername = "duel-basic-username";
    public const string BasicPassword = "duel-basic-password";

    // "Up to 1,500 requests per minute ... Maximum of 5 retries, with a 5-minute interval between each attempt"
    // (seeds: duel-open-api, Rate Limits).
    private const int DuelsRequestsPerMinute = 1500;
    private const int DuelsRetries = 5;
    private static readonly TimeSpan DuelsRetryInterval = TimeSpan.FromMinutes(5);

    public override string Name => ProviderName;

    public override DuelOptions Options => options;

    public override IEnumerable<string> SettingsProblems()
    {
        if (options.RequestsPerMinute > DuelsRequestsPerMinute)
        {
            yield return $"Providers__Duel__RequestsPerMinute is {options.RequestsPerMinute}; Duel takes up to {DuelsRequestsPerMinute}.";
        }

        if (RetryDelays.Count > DuelsRetries || RetryDelays.Any(delay => delay < DuelsRetryInterval))
        {
            yield return $"Providers__Duel__RetryDelays must be at most {DuelsRetries} waits of at least {DuelsRetryInterval.TotalMinutes:0} minutes: that is Duel's retry policy.";
        }
    }

    public override IReadOnlyList<string> SecretNames => Credential.SecretNames;

    /// <summary>None: they would count, and come sooner than the interval allows.</summary>
    public override int QuickRetries => 0;

    public override TimeSpan? RetryInterval => DuelsRetryInterval;

    protected override IReadOnlyList<TimeSpan> DefaultRetryDelays =>
        [.. Enumerable.Repeat(DuelsRetryInterval, DuelsRetries)];

    protected override int? DefaultRequestsPerMinute => DuelsRequestsPerMinute;

    private Credential Credential =>
        options.Authentication == DuelAuthentication.Bearer
            ? new Credential.Bearer(BearerToken)
            : new Credential.Basic(BasicUsername, BasicPassword);

    public override Statement Gets(Statement statement) =>
        statement with
        {
            Customer = statement.Customer is { } customer ? customer with { OrderCount = null } : null,
            ShippingAddress = null,
            BillingAddress = null,
            Attribution = statement.Attribution is { } stated
                ? Attribution.None with
                {
                    Affiliate = stated.Affiliate,
                }
                : null,
        };

    public override Step Next(OrderEvent orderEvent, PriorState prior)
    {
        var order = orderEvent.Order;
        if (NothingToTell("Duel", order, options.TellPending, prior) is { } nothing)
        {
            return nothing;
        }

        // "email": unnecessary for updates, and required nowhere; but it is how Duel knows the customer.
        var lacksEmail = order.Customer.Email is null && !order.IsVoid;
        if (lacksEmail && !prior.Delivered && Wait("Duel knows the customer by customer.email", prior) is { } wait)
        {
            return wait;
        }

        return new Step.Send(DuelRequest.Upsert(orderEvent, Credential))
        {
            IsIncomplete = lacksEmail || (orderEvent.Attribution is null && !order.IsVoid),
        };
    }

    public override Outcome Classify(ProviderRequest request, ProviderResponse response) =>
        DuelResponse.Classify(response);
}
