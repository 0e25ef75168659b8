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

    /// <summary>Reads a payload, leniently: what it has beyond what we need does not matter.</summary>
    /// <param name="topic">What happened, in the platform's words; no part of what is signed.</param>
    /// <param name="shop">The further shop whose secret signed it; null: the first one.</param>
    /// <param name="receivedAt">For the one payload that has no time of its own.</param>
    public Mapping Map(string? topic, ReadOnlyMemory<byte> utf8, string? shop, DateTimeOffset receivedAt)
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
        return Map(order, topic, shop, receivedAt) is { } mapped && !problems.Any
            ? new Mapping.Order(mapped, id)
            : new Mapping.Failed(id, problems);
    }

    protected abstract bool IsOrderTopic(string topic);

    /// <summary>Why an order is none that anybody is to hear of; null: it is one.</summary>
    private protected abstract string? IgnoredReason(Payload order);

    /// <returns>The event without its id; null where the payload's problems say why there is none.</returns>
    private protected abstract OrderEvent? Map(Payload order, string? topic, string? shop, DateTimeOffset receivedAt);

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
}
