namespace OrderFunctions.Sandbox.AvantLink;

/// <summary>The documented answer to an order (seeds: avantlink-order-tracking).</summary>
internal sealed record AvantLinkSuccess(bool Success);
