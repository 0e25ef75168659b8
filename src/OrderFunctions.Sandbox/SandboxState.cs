using OrderFunctions.Sandbox.AvantLink;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Http;
using OrderFunctions.Sandbox.Katalys;
using OrderFunctions.Sandbox.Misbehaving;
using OrderFunctions.Sandbox.Retrack;

namespace OrderFunctions.Sandbox;

/// <summary>
/// What the sandbox received, what each provider would now believe, and how each behaves. Safe for use by many
/// threads. Provider names are duel, avantlink, retrack and katalys, without regard to case; any other is an
/// <see cref="ArgumentException"/>.
/// </summary>
public sealed class SandboxState
{
    private readonly DuelApi _duel;
    private readonly AvantLinkApi _avantLink;
    private readonly RetrackApi _retrack;
    private readonly KatalysApi _katalys;
    private readonly SecretBox _secrets;

    internal SandboxState(SandboxOptions options, TimeProvider timeProvider)
    {
        _secrets = new SecretBox(options);
        _duel = new DuelApi(_secrets, timeProvider);
        _avantLink = new AvantLinkApi(options.AvantLinkMerchantId);
        _retrack = new RetrackApi(_secrets, options.RetrackEventId, timeProvider);
        _katalys = new KatalysApi(options.KatalysSiteId);
        Apis = new IProviderApi[] { _duel, _avantLink, _retrack, _katalys }.ToDictionary(api => api.Name);
        Behaviours = new BehaviourBook(timeProvider);
    }

    internal RequestLog Log { get; } = new();

    internal BehaviourBook Behaviours { get; }

    internal IReadOnlyDictionary<string, IProviderApi> Apis { get; }

    /// <summary>
    /// The requests in order of arrival, of one provider or of all, answered or not. The newest 50,000 are kept.
    /// </summary>
    public IReadOnlyList<ReceivedRequest> Received(string? provider = null) =>
        Log.Snapshot(provider is null ? null : ProviderNames.Require(provider));

    /// <summary>How many requests a provider received since the start or the last <see cref="Clear"/>.</summary>
    public int Count(string provider) => Log.Count(ProviderNames.Require(provider));

    /// <summary>Completes as soon as a provider's <see cref="Count"/> is at least <paramref name="count"/>.</summary>
    public Task WaitForAsync(string provider, int count, CancellationToken ct = default) =>
        Log.WaitForAsync(ProviderNames.Require(provider), count, ct);

    /// <summary>Forgets the requests, what the providers were told, their rates and behaviours; secrets stay.</summary>
    public void Clear()
    {
        Behaviours.Clear();
        foreach (var api in Apis.Values)
        {
            api.Clear();
        }

        Log.Clear();
    }

    /// <summary>From now on a provider behaves like this, in place of any behaviour before.</summary>
    /// <exception cref="ArgumentException">The behaviour is impossible or contradicts itself.</exception>
    public void Misbehave(string provider, Behaviour behaviour)
    {
        ArgumentNullException.ThrowIfNull(behaviour);
        var problems = BehaviourRules.Check(behaviour);
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(behaviour));
        }

        Behaviours.Set(ProviderNames.Require(provider), behaviour);
    }

    /// <summary>Back to normal.</summary>
    public void Behave(string provider) => Behaviours.Remove(ProviderNames.Require(provider));

    /// <summary>Rotates secrets: the old ones are refused at once. What is null stays.</summary>
    public void ReplaceSecrets(string? duelPassword = null, string? duelToken = null, string? retrackToken = null) =>
        _secrets.Replace(duelPassword, duelToken, retrackToken);

    /// <summary>The order as Duel now has it.</summary>
    public DuelOrder? FindDuelOrder(string id) => _duel.Orders.Find(id);

    /// <summary>The order as AvantLink first got it.</summary>
    public AvantLinkOrder? FindAvantLinkOrder(string orderNumber) => _avantLink.Orders.Find(orderNumber);

    /// <summary>The transaction as Retrack now has it.</summary>
    public RetrackTransaction? FindRetrackTransaction(string orderNumber) => _retrack.Transactions.Find(orderNumber);

    /// <summary>Retrack's transactions, oldest first.</summary>
    public IReadOnlyList<RetrackTransaction> RetrackTransactions => _retrack.Transactions.All();

    /// <summary>The keys that Katalys has merged for the order, with the JSON text of each value.</summary>
    public IReadOnlyDictionary<string, string>? FindKatalysOrder(string orderId) => _katalys.Orders.Find(orderId);

    /// <summary>Approves a transaction, which from then on can't be updated (seeds: retrack-server-to-server).</summary>
    /// <exception cref="KeyNotFoundException">No transaction has this order number.</exception>
    public void ApproveRetrackTransaction(string orderNumber) => _retrack.Transactions.Approve(orderNumber);
}
