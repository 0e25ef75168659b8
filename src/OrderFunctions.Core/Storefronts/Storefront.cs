using System.Text.Json;
using OrderFunctions.Json;
using OrderFunctions.Orders;

namespace OrderFunctions.Storefronts;

/// <summary>A shop platform that tells of its orders by webhooks: where a delivery has what, and what its payload means.</summary>
public abstract class Storefront
{
    /// <summary>As it stands in the route, in the secrets' names and in metrics: lower case.</summary>
    public abstract string Name { get; }

    public abstract WebhookOptions Options { get; }

    /// <summary>Has the base64 HMAC-SHA256 of the raw body; of several names the first that is there.</summary>
    public abstract IReadOnlyList<string> SignatureHeaders { get; }

    public abstract IReadOnlyList<string> TopicHeaders { get; }

    /// <summary>Which shop it is from, by its own account: no part of what is signed.</summary>
    public abstract IReadOnlyList<string> ShopHeaders { get; }

    /// <summary>How long the platform waits for an answer, less some time for the way.</summary>
    public abstract TimeSpan Patience { get; }

    /// <summary>Whether it sends an unsigned word when a webhook is made.</summary>
    public virtual bool SendsPing => false;

    /// <summary>The key that the platform signs with, from the secret as its owner sees it.</summary>
    public virtual string SigningKey(string secret) => secret;

    /// <summary>Where the shop's own API tells what came back of an order; null: it is not asked.</summary>
    /// <param name="orderId">The platform's own.</param>
    /// <param name="shop">The further shop; null: the first one.</param>
    public virtual Uri? RefundsUrl(string orderId, string? shop) => null;

    /// <summary>The secrets with which that API is asked, HTTP Basic's user and password; null: it is not asked.</summary>
    public virtual (string User, string Password)? ApiSecrets(string? shop) => null;

    /// <summary>Reads a payload, leniently: what it has beyond what we need does not matter.</summary>
    /// <param name="topic">What happened, in the platform's words; no part of what is signed.</param>
    /// <param name="shop">The further shop whose secret signed it; null: the first one.</param>
    /// <param name="receivedAt">For the one payload that has no time of its own.</param>
    /// <param name="refunds">What the shop's API said at <see cref="RefundsUrl"/>; null: it was not asked.</param>
    public Mapping Map(
        string? topic,
        ReadOnlyMemory<byte> utf8,
        string? shop,
        DateTimeOffset receivedAt,
        ReadOnlyMemory<byte>? refunds = null
    )
    {
        if (topic is not null && !IsOrderTopic(topic))
        {
            return new Mapping.Ignored(IgnoredBecause.Topic);
        }

        var problems = new ValidationErrors();
        using var document = JsonInput.Parse(utf8, problems);
        if (document is null)
        {
            return new Mapping.Failed(null, problems);
        }

        var order = new Payload(document.RootElement, "$", problems);
        if (!order.IsObject)
        {
            problems.Add("$", $"must be an object, not {JsonText.Describe(document.RootElement)}");
            return new Mapping.Failed(null, problems);
        }

        if (IgnoredReason(order) is { } reason)
        {
            return new Mapping.Ignored(reason);
        }

        var id = order.Text("id", 128);
        using var answer = refunds is { } json ? JsonInput.Parse(json, new ValidationErrors()) : null;
        var named = UnexplainedRefunds(order);
        var details = answer is null ? null : Details(answer.RootElement, named);
        try
        {
            if (Map(order, details, topic, shop, receivedAt) is { } mapped && !problems.Any)
            {
                var isEstimate = named.Count > 0 && details is null && !mapped.Order.IsVoid;
                return new Mapping.Order(mapped, id) { IsEstimate = isEstimate };
            }
        }
        catch (ArithmeticException)
        {
            // A quotient of two amounts, each of which is right, may be beyond every number.
            problems.Add("$", "has amounts that nothing can be reckoned with");
        }

        return new Mapping.Failed(id, problems);
    }

    protected abstract bool IsOrderTopic(string topic);

    /// <summary>Why an order is none that anybody is to hear of; null: it is one.</summary>
    private protected abstract string? IgnoredReason(Payload order);

    /// <summary>The ids of the refunds of which the payload does not say what came back.</summary>
    private protected virtual IReadOnlyList<string?> UnexplainedRefunds(Payload order) => [];

    /// <param name="refunds">What came back, of each refund that the payload names; null: it is not known.</param>
    /// <returns>The event without its id; null where the payload's problems say why there is none.</returns>
    private protected abstract OrderEvent? Map(
        Payload order,
        IReadOnlyList<Payload>? refunds,
        string? topic,
        string? shop,
        DateTimeOffset receivedAt
    );

    // The API tells of now, the payload of then: only what the payload names counts, and all of it must be there.
    private static IReadOnlyList<Payload>? Details(JsonElement answer, IReadOnlyList<string?> named)
    {
        var problems = new ValidationErrors();
        var refunds = Payload.ItemsOf(answer, "$", problems).ToLookup(refund => refund.Text("id"));
        return named.All(id => id is not null && refunds[id].Count() == 1)
            ? [.. named.Select(id => refunds[id].Single())]
            : null;
    }

    /// <summary>
    /// When the order came to stand so. Both platforms tell whole seconds, in which several states may lie, and some
    /// refunds don't move the time at all: of one second, what has more refunds is the later.
    /// </summary>
    internal static DateTimeOffset MomentOf(DateTimeOffset second, int refunds) =>
        second.AddMilliseconds(Math.Min(refunds, 999));
}

/// <summary>Webhooks__X__...: what every shop platform's webhooks have in common.</summary>
public abstract class WebhookOptions
{
    public bool Enabled { get; set; }

    /// <summary>Which of the platform's fields is the order's id.</summary>
    public string OrderId { get; set; } = "id";

    /// <summary>Names of further shops, each with a secret of its own.</summary>
    public string[] Shops { get; set; } = [];

    /// <summary>What <see cref="OrderId"/> may be.</summary>
    protected internal abstract IReadOnlyList<string> OrderIds { get; }

    /// <summary>What is wrong with the settings that only this platform has.</summary>
    /// <param name="name">The section: Webhooks__X.</param>
    protected internal virtual IEnumerable<string> Problems(string name) => [];
}
