namespace OrderFunctions.Sandbox.Duel;

/// <summary>An asset as Duel's assets endpoint shows it (seeds: duel-open-api, Assets Endpoint Attributes).</summary>
/// <param name="MemberId">Empty if uploaded by an operator.</param>
public sealed record DuelAsset(
    string FileUrl,
    string FileType,
    DateTimeOffset Date,
    string Source,
    string? TaskId,
    string MemberId,
    IReadOnlyList<string> ProductSkus,
    string? SocialPostDomain,
    string? SocialPostUrl
)
{
    /// <summary>Made up: a member's picture and video, and one of the shop's own.</summary>
    public static IReadOnlyList<DuelAsset> Samples { get; } =
    [
        new(
            "https://assets.example/mug-blue-1.jpg",
            "image/jpeg",
            new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero),
            "ugc",
            "task-7",
            "member-42",
            ["mug-blue"],
            "Instagram",
            "https://www.instagram.com/p/abc123/"
        ),
        new(
            "https://assets.example/jacket.mp4",
            "video/mp4",
            new DateTimeOffset(2026, 3, 3, 18, 0, 0, TimeSpan.Zero),
            "ugc",
            TaskId: null,
            "member-43",
            ["jacket", "mug-blue"],
            SocialPostDomain: null,
            SocialPostUrl: null
        ),
        new(
            "https://assets.example/spring.png",
            "image/png",
            new DateTimeOffset(2026, 2, 20, 8, 0, 0, TimeSpan.Zero),
            "operator",
            TaskId: null,
            MemberId: "",
            [],
            SocialPostDomain: null,
            SocialPostUrl: null
        ),
    ];
}
