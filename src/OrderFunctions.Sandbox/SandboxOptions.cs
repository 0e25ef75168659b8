namespace OrderFunctions.Sandbox;

/// <summary>Where the sandbox listens and whom it knows. None of it is a real secret.</summary>
public sealed record SandboxOptions
{
    /// <summary>An http address without a path. Port 0: the system picks one, see <see cref="SandboxServer.Url"/>.</summary>
    public string Url { get; init; } = "http://127.0.0.1:7072";

    /// <summary>User of Duel's Basic authentication (seeds: duel-order-tracking).</summary>
    public string DuelUser { get; init; } = "sandbox-duel-user";

    /// <summary>Password of Duel's Basic authentication (seeds: duel-order-tracking).</summary>
    public string DuelPassword { get; init; } = "sandbox-duel-password";

    /// <summary>Duel's Bearer token (seeds: duel-open-api).</summary>
    public string DuelToken { get; init; } = "sandbox-duel-token";

    /// <summary>The only merchant that AvantLink knows (seeds: avantlink-order-tracking).</summary>
    public Guid AvantLinkMerchantId { get; init; } = new("6f1d3a52-7d0c-4c0e-9b3e-0a1c5a7e2d11");

    /// <summary>Retrack's Bearer token (seeds: retrack-server-to-server).</summary>
    public string RetrackToken { get; init; } = "sandbox-retrack-token";

    /// <summary>
    /// The event of the only program at Retrack; the value is the document's own (seeds: retrack-server-to-server).
    /// A transaction must name it; a product may name any other.
    /// </summary>
    public Guid RetrackEventId { get; init; } = new("1f80e399-6f55-4cef-b8b0-0f74752c1ceb");

    /// <summary>The only site that Katalys knows (seeds: katalys-order-status-reporting).</summary>
    public string KatalysSiteId { get; init; } = "sandbox.example";
}
