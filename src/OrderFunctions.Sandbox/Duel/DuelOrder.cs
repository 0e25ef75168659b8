namespace OrderFunctions.Sandbox.Duel;

/// <summary>
/// An order as Duel would now have it: what an update leaves out stays (seeds: duel-order-tracking).
/// Amounts are in major units of <see cref="Currency"/>.
/// </summary>
public sealed record DuelOrder
{
    /// <summary>The order id.</summary>
    public required string Order { get; init; }

    /// <summary>The order total; 0 cancels.</summary>
    public required decimal Total { get; init; }

    /// <summary>Three upper-case letters; null where only its cancellation was told.</summary>
    public string? Currency { get; init; }

    /// <summary>The customer's e-mail address; null where it was never told.</summary>
    public string? Email { get; init; }

    /// <summary>The total before promotional discounts.</summary>
    public decimal? TotalGross { get; init; }

    /// <summary>The promo codes, however many were sent.</summary>
    public IReadOnlyList<string> Promo { get; init; } = [];

    /// <summary>The customer's id.</summary>
    public string? CustomerId { get; init; }

    /// <summary>Whether new_customer was ever sent.</summary>
    public bool NewCustomer { get; init; }

    /// <summary>Whether instore was ever sent.</summary>
    public bool InStore { get; init; }

    /// <summary>The member's user name or affiliate parameter.</summary>
    public string? Affiliate { get; init; }

    /// <summary>Points allocated to the order.</summary>
    public decimal? Points { get; init; }

    /// <summary>Commission allocated to the order, in <see cref="CommissionCurrency"/>.</summary>
    public decimal? Commission { get; init; }

    /// <summary>Three upper-case letters.</summary>
    public string? CommissionCurrency { get; init; }

    /// <summary>How often the order was written, its creation included.</summary>
    public int Writes { get; init; } = 1;

    /// <summary>"A total of 0 will cancel the order."</summary>
    public bool Cancelled => Total == 0;
}
