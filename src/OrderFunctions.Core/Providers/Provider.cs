using OrderFunctions.Orders;

namespace OrderFunctions.Providers;

/// <summary>
/// One platform: what it is told about an order, in which words, and what its answers mean. Pure rules; the
/// sending is done elsewhere.
/// </summary>
public abstract class Provider
{
    /// <summary>The usual waits between scheduled retries where the provider's document sets none.</summary>
    protected static readonly TimeSpan[] UsualRetryDelays =
    [
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(10),
    ];

    /// <summary>In lower case: the name in settings, queues and answers.</summary>
    public abstract string Name { get; }

    public abstract ProviderOptions Options { get; }

    /// <summary>The secrets it can't do without, as they are called in Key Vault.</summary>
    public virtual IReadOnlyList<string> SecretNames => [];

    /// <summary>How often a failed attempt is repeated at once, before the next is scheduled for later.</summary>
    public virtual int QuickRetries => 2;

    /// <summary>How long the provider wants between two attempts, even if a person sends the second; null: it doesn't say.</summary>
    public virtual TimeSpan? RetryInterval => null;

    public IReadOnlyList<TimeSpan> RetryDelays => Options.RetryDelays ?? DefaultRetryDelays;

    public int? RequestsPerMinute => Options.RequestsPerMinute ?? DefaultRequestsPerMinute;

    /// <summary>The most attempts of a delivery: each scheduled one with its quick retries. A look-up counts with the attempt it prepares.</summary>
    public int MostAttempts => (RetryDelays.Count + 1) * (QuickRetries + 1);

    protected virtual IReadOnlyList<TimeSpan> DefaultRetryDelays => UsualRetryDelays;

    protected virtual int? DefaultRequestsPerMinute => null;

    /// <summary>What is wrong with the settings this provider alone has; each a sentence.</summary>
    public virtual IEnumerable<string> SettingsProblems() => [];

    /// <summary>What to do next to tell the provider how the order stands, given what is known of it there.</summary>
    public abstract Step Next(OrderEvent orderEvent, PriorState prior);

    /// <summary>Whether it may be told anew of an order that it was told of, where a person asks for it.</summary>
    /// <param name="isForced">The person knows what comes of it.</param>
    public virtual bool CanBeToldAgain(Order order, bool isForced) => true;

    /// <summary>What of a statement the provider gets, and so what is remembered for it.</summary>
    public abstract Statement Gets(Statement statement);

    /// <summary>Whether it is told of clicks.</summary>
    public virtual bool TakesClicks => false;

    /// <summary>What to do to tell the provider of a click. Its request carries no credentials.</summary>
    public virtual Step Tell(Click click) => new Outcome.Skipped($"{Name} takes no clicks");

    protected const string NobodySaidWhence = "no event has said where the order came from (attribution)";

    /// <summary>Why an order needs no telling as it stands; null: the provider is to be told.</summary>
    /// <param name="platform">The provider's name for people.</param>
    protected static Outcome? NothingToTell(string platform, Order order, bool tellPending, PriorState prior) =>
        order.Status == OrderStatus.Pending && !tellPending ? NotYetPaid
        : order.IsVoid && prior.IsNeverTold
            ? new Outcome.Skipped(
                $"{platform} was never told of the order, so there is nothing to cancel",
                Supersedes: true
            )
        : null;

    /// <summary>An order that is told only once it is paid. A "paid" that is older is no longer true.</summary>
    protected static Outcome NotYetPaid => new Outcome.Skipped("not yet paid", Supersedes: true);

    /// <summary>An event that lacks what another event of the order may bring; null: it has waited for that long enough.</summary>
    /// <param name="reason">What it lacks, in a sentence.</param>
    protected static Outcome? Wait(string reason, PriorState prior) =>
        prior.WaitUntil is { } until
            ? new Outcome.Retry($"{reason}; another event of the order may bring it", new RetryTiming.FreeUntil(until))
            {
                IsIncomplete = true,
            }
            : null;

    /// <summary>What a response means.</summary>
    public abstract Outcome Classify(ProviderRequest request, ProviderResponse response);
}
