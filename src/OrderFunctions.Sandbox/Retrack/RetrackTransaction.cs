namespace OrderFunctions.Sandbox.Retrack;

/// <summary>
/// A transaction as Retrack would now have it (seeds: retrack-server-to-server). Sums are in minor units of
/// <see cref="Currency"/>, without VAT and shipping.
/// </summary>
public sealed record RetrackTransaction
{
    /// <summary>Retrack's own reference.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The shop's order number.</summary>
    public required string OrderNumber { get; init; }

    /// <summary>The event of the transaction; a product may have another.</summary>
    public required Guid Event { get; init; }

    /// <summary>The value of the cookie retrack_click.</summary>
    public required Guid Click { get; init; }

    /// <summary>The order's sum.</summary>
    public required long OrderSum { get; init; }

    /// <summary>The order's VAT.</summary>
    public required long VatSum { get; init; }

    /// <summary>The general discount, 0 where none was sent.</summary>
    public long DiscountSum { get; init; }

    /// <summary>Three upper-case letters.</summary>
    public required string Currency { get; init; }

    /// <summary>The products, in the order sent.</summary>
    public IReadOnlyList<RetrackProduct> Products { get; init; } = [];

    /// <summary>pending, approved or rejected.</summary>
    public string Status { get; init; } = RetrackStatus.Pending;

    /// <summary>When the transaction was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it came by its status.</summary>
    public required DateTimeOffset StatusAt { get; init; }

    /// <summary>How often it was written, its creation included.</summary>
    public int Writes { get; init; } = 1;

    /// <summary>How often a second creation of the same order number was refused.</summary>
    public int RefusedRepeats { get; init; }
}

/// <summary>A product of a transaction (seeds: retrack-server-to-server).</summary>
/// <param name="Event">The event that overrides the transaction's, if sent.</param>
/// <param name="Reference">The shop's own reference.</param>
/// <param name="Quantity">At least 1.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Price">Of one, in minor units, without VAT.</param>
/// <param name="Vat">On one, in minor units.</param>
public sealed record RetrackProduct(Guid? Event, string Reference, long Quantity, string Name, long Price, long Vat);

/// <summary>The names of a status (seeds: retrack-server-to-server).</summary>
internal static class RetrackStatus
{
    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Rejected = "rejected";
}
