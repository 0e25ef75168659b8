using System.Text.Json.Serialization;

namespace OrderFunctions.Orders;

/// <summary>
/// What an order's events have said so far about customer, addresses, attribution and consent. Nobody knows the whole
/// order: what one event leaves out is taken from the others, in whatever order they arrive. Pure.
/// </summary>
/// <param name="ChangedAt">When an event last added to it.</param>
/// <param name="Statements">
/// Of each event what no other event outweighs; the oldest event first. At most one for each field, and two about consent.
/// </param>
public sealed record OrderMemory(DateTimeOffset ChangedAt, IReadOnlyList<Statement> Statements)
{
    /// <summary>When it was erased: what was accepted until then is not remembered again, though its delivery may go on.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>Whether it has more than whom the events name in `providers`.</summary>
    [JsonIgnore]
    public bool IsPersonal => Statements.Any(each => each != each.ConsentAlone);

    /// <summary>The memory with what one more event says; the same instance where that adds nothing.</summary>
    /// <param name="memory">Null: nothing is remembered yet.</param>
    /// <param name="provider">
    /// Whose memory it is. Where an event excludes it, the exclusion alone is kept; and the newest event that names
    /// providers, if that is another.
    /// </param>
    public static OrderMemory? With(OrderMemory? memory, Statement statement, string provider, DateTimeOffset now)
    {
        var before = memory?.Statements ?? [];
        var isErased = memory?.ErasedAt is not null && !(statement.Version.AcceptedAt > memory.ErasedAt);
        if (isErased || before.Any(other => other.Version == statement.Version))
        {
            return memory;
        }

        var after = Kept([.. before.Append(statement).OrderBy(each => each.Version)], provider);
        return after.Any(each => each.Version == statement.Version)
            ? new OrderMemory(now, after) { ErasedAt = memory?.ErasedAt }
            : memory;
    }

    /// <summary>The memory after a request for erasure.</summary>
    /// <param name="memory">Null: nothing is remembered, but an event may be on its way.</param>
    public static OrderMemory Erase(OrderMemory? memory, DateTimeOffset now) =>
        new(now, memory?.Forget()?.Statements ?? []) { ErasedAt = now };

    /// <summary>
    /// What stays for as long as the record does: whom the events name in `providers`, or else a late event would tell
    /// whom the customer does not want told. Null: nothing. The same instance where nothing else is remembered.
    /// </summary>
    public OrderMemory? Forget()
    {
        if (!IsPersonal)
        {
            return this;
        }

        Statement[] consent = [.. Statements.Select(each => each.ConsentAlone).Where(each => !each.IsEmpty)];
        return consent.Length == 0 && ErasedAt is null ? null : this with { Statements = consent };
    }

    /// <summary>The event with what it leaves out.</summary>
    public OrderEvent Complete(OrderEvent orderEvent)
    {
        var (order, own) = (orderEvent.Order, Statement.Of(orderEvent));
        var known = Statements.Reverse().Aggregate(own, (newer, older) => newer.Or(older));
        Statement[] all = [.. Statements.Append(own).OrderBy(each => each.Version)];
        return orderEvent with
        {
            // The newest event counts, not this one: consent may have been withdrawn since.
            Providers = Array.FindLast(all, each => each.Providers is not null)?.Providers,
            // The earliest event counts: where an order came from does not change.
            Attribution = all.Select(each => each.Attribution)
                .OfType<Attribution>()
                .Aggregate((Attribution?)null, Earlier),
            Order = order with
            {
                Customer = known.Customer ?? order.Customer,
                ShippingAddress = known.ShippingAddress ?? order.ShippingAddress,
                BillingAddress = known.BillingAddress,
            },
        };
    }

    // Once the provider was excluded, what counts may not depend on what came before that was known here: the memory is
    // the same in whatever order the events come.
    private static List<Statement> Kept(Statement[] oldestFirst, string provider)
    {
        var consent = Array.FindLast(oldestFirst, each => each.Providers is not null);
        var exclusion = Array.FindLast(oldestFirst, each => each.Providers?.Contains(provider) == false);
        return exclusion is null ? Outweigh(oldestFirst, consent)
            : consent == exclusion ? [exclusion.ConsentAlone]
            : [exclusion.ConsentAlone, consent!];
    }

    // Of attribution the earliest statement counts, of all else the newest; the others are forgotten. The newest about
    // consent stays whole: should an older exclusion come late, it is all that is left.
    private static List<Statement> Outweigh(Statement[] oldestFirst, Statement? consent)
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
            kept[i] = oldestFirst[i] == consent ? consent : stated.Without(newer);
            newer = newer.Or(stated);
        }

        return [.. kept.Where(statement => !statement.IsEmpty)];
    }

    private static Attribution Earlier(Attribution? earlier, Attribution later) => earlier?.Or(later) ?? later;
}

/// <summary>What one event says about customer, addresses, attribution and consent; null: it says nothing of it.</summary>
public sealed record Statement(OrderVersion Version)
{
    public Customer? Customer
    {
        get;
        init => field = value == Customer.Unknown ? null : value;
    }

    public Address? ShippingAddress
    {
        get;
        init => field = value == Address.Unknown ? null : value;
    }

    public Address? BillingAddress
    {
        get;
        init => field = value == Address.Unknown ? null : value;
    }

    public Attribution? Attribution { get; init; }

    public IReadOnlyList<string>? Providers { get; init; }

    [JsonIgnore]
    public bool IsEmpty =>
        (Customer, ShippingAddress, BillingAddress, Attribution, Providers) is (null, null, null, null, null);

    /// <summary>Nothing but whom it names in `providers`; nothing of that is personal.</summary>
    [JsonIgnore]
    public Statement ConsentAlone => new(Version) { Providers = Providers };

    public static Statement Of(OrderEvent orderEvent) =>
        new(orderEvent.Version)
        {
            Customer = orderEvent.Order.Customer,
            ShippingAddress = orderEvent.Order.ShippingAddress,
            BillingAddress = orderEvent.Order.BillingAddress,
            Attribution = orderEvent.Attribution,
            Providers = orderEvent.Providers,
        };

    /// <summary>This statement and, where it says nothing, the other: the customer field by field, an address as a whole. Attribution and consent have rules of their own.</summary>
    public Statement Or(Statement other) =>
        this with
        {
            Customer = Customer?.Or(other.Customer) ?? other.Customer,
            ShippingAddress = ShippingAddress ?? other.ShippingAddress,
            BillingAddress = BillingAddress ?? other.BillingAddress,
        };

    /// <summary>What this statement says of customer and addresses and the other does not, and its attribution.</summary>
    public Statement Without(Statement other) =>
        this with
        {
            Customer = Customer?.Without(other.Customer),
            ShippingAddress = other.ShippingAddress is null ? ShippingAddress : null,
            BillingAddress = other.BillingAddress is null ? BillingAddress : null,
            Providers = null,
        };
}
