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
    private readonly DuelApi duel;
    private readonly AvantLinkApi avantLink;
    private readonly RetrackApi retrack;
    private readonly KatalysApi katalys;
    private readonly SecretBox secrets;

    internal SandboxState(SandboxOptions options, TimeProvider timeProvider)
    {
        secrets = new SecretBox(options);
        duel = new DuelApi(secrets, timeProvider);
        avantLink = new AvantLinkApi(options.AvantLinkMerchantId);
        retrack = new RetrackApi(secrets, options.RetrackEventId, timeProvider);
        katalys = new KatalysApi(options.KatalysSiteId);
        Apis = new IProviderApi[] { duel, avantLink, retrack, katalys }.ToDictionary(api => api.Name);
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
        secrets.Replace(duelPassword, duelToken, retrackToken);

    /// <summary>The order as Duel now has it.</summary>
    public DuelOrder? FindDuelOrder(string id) => duel.Orders.Find(id);

    /// <summary>The order as AvantLink first got it.</summary>
    public AvantLinkOrder? FindAvantLinkOrder(string orderNumber) => avantLink.Orders.Find(orderNumber);

    /// <summary>The transaction as Retrack now has it.</summary>
    public RetrackTransaction? FindRetrackTransaction(string orderNumber) => retrack.Transactions.Find(orderNumber);

    /// <summary>Retrack's transactions, oldest first.</summary>
    public IReadOnlyList<RetrackTransaction> RetrackTransactions => retrack.Transactions.All();

    /// <summary>The keys that Katalys has merged for the order, with the JSON text of each value.</summary>
    public IReadOnlyDictionary<string, string>? FindKatalysOrder(string orderId) => katalys.Orders.Find(orderId);

    /// <summary>Approves a transaction, which from then on can't be updated (seeds: retrack-server-to-server).</summary>
    /// <exception cref="KeyNotFoundException">No transaction has this order number.</exception>
    public void ApproveRetrackTransaction(string orderNumber) => retrack.Transactions.Approve(orderNumber);
}
