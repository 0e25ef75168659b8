namespace OrderFunctions.Sandbox.AvantLink;

/// <summary>The documented form of an error (seeds: avantlink-order-tracking).</summary>
internal sealed record AvantLinkError(string Error, string ErrorKey, string Exception);
