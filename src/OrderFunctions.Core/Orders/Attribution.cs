namespace OrderFunctions.Orders;

/// <summary>What the storefront knows of where the order came from.</summary>
/// <param name="AvantLinkToken">The parameter avad of the landing page, as received.</param>
/// <param name="RetrackClick">The value of the cookie retrack_click.</param>
/// <param name="Affiliate">The parameter duel_a of the landing page.</param>
public sealed record Attribution(
    IReadOnlyList<string> UserIds,
    IReadOnlyList<string> VisitorIds,
    string? AvantLinkToken,
    string? RetrackClick,
    string? Affiliate,
    string? UserAgent,
    string? IpAddress,
    string? PageUrl,
    string? ReferrerUrl,
    string? GoogleClickId,
    string? CustomTrackingCode
)
{
    /// <summary>It is known that the order came from nowhere that anybody pays for.</summary>
    public static readonly Attribution None = new([], [], null, null, null, null, null, null, null, null, null);
}
