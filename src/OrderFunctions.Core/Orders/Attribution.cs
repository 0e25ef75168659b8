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

    private bool IsEmpty =>
        this
            is {
                UserIds: [],
                VisitorIds: [],
                AvantLinkToken: null,
                RetrackClick: null,
                Affiliate: null,
                UserAgent: null,
                IpAddress: null,
                PageUrl: null,
                ReferrerUrl: null,
                GoogleClickId: null,
                CustomTrackingCode: null
            };

    /// <summary>This and, where it is unknown, the other.</summary>
    public Attribution Or(Attribution other) =>
        new(
            UserIds.Count > 0 ? UserIds : other.UserIds,
            VisitorIds.Count > 0 ? VisitorIds : other.VisitorIds,
            AvantLinkToken ?? other.AvantLinkToken,
            RetrackClick ?? other.RetrackClick,
            Affiliate ?? other.Affiliate,
            UserAgent ?? other.UserAgent,
            IpAddress ?? other.IpAddress,
            PageUrl ?? other.PageUrl,
            ReferrerUrl ?? other.ReferrerUrl,
            GoogleClickId ?? other.GoogleClickId,
            CustomTrackingCode ?? other.CustomTrackingCode
        );

    /// <summary>What is known here and not in the other; null where that is nothing. Without another, all of this: that there is none is known, too.</summary>
    public Attribution? Without(Attribution? other)
    {
        if (other is null)
        {
            return this;
        }

        var rest = new Attribution(
            other.UserIds.Count == 0 ? UserIds : [],
            other.VisitorIds.Count == 0 ? VisitorIds : [],
            other.AvantLinkToken is null ? AvantLinkToken : null,
            other.RetrackClick is null ? RetrackClick : null,
            other.Affiliate is null ? Affiliate : null,
            other.UserAgent is null ? UserAgent : null,
            other.IpAddress is null ? IpAddress : null,
            other.PageUrl is null ? PageUrl : null,
            other.ReferrerUrl is null ? ReferrerUrl : null,
            other.GoogleClickId is null ? GoogleClickId : null,
            other.CustomTrackingCode is null ? CustomTrackingCode : null
        );
        return rest.IsEmpty ? null : rest;
    }
}
