using System.Text.Json.Serialization;

namespace OrderFunctions.Orders;

/// <summary>
/// What an order's events have said so far about customer, addresses, attribution and consent. Nobody knows the whole
/// order: what one event leaves out is taken from the others, in whatever order they arrive. Pure.
/// </summary>
/// <param name="ChangedAt">When an event last added to it.</param>
/// <param name="Statements">Of each event what no other event outweighs; the oldest event first.</param>
public sealed record OrderMemory(DateTimeOffset ChangedAt, IReadOnlyList<Statement> Statements)
{
    /// <summary>The memory with what one more event says; the same instance where that adds nothing.</summary>
    /// <param name="memory">Null: nothing is remembered yet.</param>
    /// <param name="provider">Whose memory it is. Where the events exclude it, the exclusion alone is kept.</param>
    public static OrderMemory? With(OrderMemory? memory, Statement statement, string provider, DateTimeOffset now)
    {
        var before = memory?.Statements ?? [];
        if (before.Any(other => other.Version == statement.Version))
        {
            return memory;
        }

        Statement[] all = [.. before.Append(statement).OrderBy(each => each.Version)];
        var after =
            Array.FindLast(all, each => each.Providers is not null) is { } consent
            && !consent.Providers!.Contains(provider)
                ? [new Statement(consent.Version) { Providers = consent.Providers }]
                : Outweigh(all);
        return after.Any(each => each.Version == statement.Version) ? new OrderMemory(now, after) : memory;
    }

    /// <summary>The event with what it leaves out.</summary>
    public OrderEvent Complete(OrderEvent orderEvent)
    {
        var order = orderEvent.Order;
        var known = Statements.Reverse().Aggregate(Statement.Of(orderEvent), (newer, older) => newer.Or(older));
        return orderEvent with
        {
            Providers = known.Providers,
            // Where an order came from does not change: the earliest event counts before this one.
            Attribution = Attribution?.Or(orderEvent.Attribution ?? Attribution.None) ?? orderEvent.Attribution,
            Order = order with
            {
                Customer = known.Customer ?? order.Customer,
                ShippingAddress = known.ShippingAddress ?? order.ShippingAddress,
                BillingAddress = known.BillingAddress,
            },
        };
    }

    private Attribution? Attribution =>
        Statements.Select(each => each.Attribution).OfType<Attribution>().Aggregate((Attribution?)null, Earlier);

    // Of attribution the earliest statement counts, of all else the newest; the others are forgotten.
    private static List<Statement> Outweigh(Statement[] oldestFirst)
    {
        var kept = new List<Statement>();
        Attribution? attribution = null;
        foreach (var statement in oldestFirst)
        {
            kept.Add(statement with { Attribution = statement.Attribution?.Without(attribution) });
            attribution = statement.Attribution is { } stated ? Earlier(attribution, stated) : attribution;
        }

        var newer = new Statement(kept[^1].Version);
        for (var i = kept.Count - 1; i >= 0; i--)
        {
            var stated = kept[i];
            kept[i] = stated.Without(newer);
            newer = newer.Or(stated);
        }

        return [.. kept.Where(statement => !statement.IsEmpty)];
    }

    private static Attribution Earlier(Attribution? earlier, Attribution later) => earlier?.Or(later) ?? later;
}

/// <summary>What one event says about customer, addresses, attribution and consent; null: it says nothing of it.</summary>
public sealed record Statement(OrderVersion Version)
{
    public Customer? Customer { get; init; }

    public Address? ShippingAddress { get; init; }

    public Address? BillingAddress { get; init; }

    public Attribution? Attribution { get; init; }

    public IReadOnlyList<string>? Providers { get; init; }

    [JsonIgnore]
    public bool IsEmpty =>
        (Customer, ShippingAddress, BillingAddress, Attribution, Providers) is (null, null, null, null, null);

    public static Statement Of(OrderEvent orderEvent) =>
        new(orderEvent.Version)
        {
            Customer = NullIf(orderEvent.Order.Customer, Customer.Unknown),
            ShippingAddress = NullIf(orderEvent.Order.ShippingAddress, Address.Unknown),
            BillingAddress = NullIf(orderEvent.Order.BillingAddress, Address.Unknown),
            Attribution = orderEvent.Attribution,
            Providers = orderEvent.Providers,
        };

    /// <summary>This statement and, where it says nothing, the other: the customer field by field, an address as a whole. Attribution has a rule of its own.</summary>
    public Statement Or(Statement other) =>
        this with
        {
            Customer = Customer?.Or(other.Customer) ?? other.Customer,
            ShippingAddress = ShippingAddress ?? other.ShippingAddress,
            BillingAddress = BillingAddress ?? other.BillingAddress,
            Providers = Providers ?? other.Providers,
        };

    /// <summary>What this statement says and the other does not. Attribution has a rule of its own.</summary>
    public Statement Without(Statement other) =>
        this with
        {
            Customer = NullIf(Customer?.Without(other.Customer), Customer.Unknown),
            ShippingAddress = other.ShippingAddress is null ? ShippingAddress : null,
            BillingAddress = other.BillingAddress is null ? BillingAddress : null,
            Providers = other.Providers is null ? Providers : null,
        };

    private static T? NullIf<T>(T? value, T unknown)
        where T : class => Equals(value, unknown) ? null : value;
}
