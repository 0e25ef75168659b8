namespace OrderFunctions.Sandbox.Retrack;

/// <summary>What a creation and a complete update say (seeds: retrack-server-to-server).</summary>
internal sealed record RetrackInput
{
    public required Guid Event { get; init; }

    public required Guid Click { get; init; }

    public required string OrderNumber { get; init; }

    public required long OrderSum { get; init; }

    public required long VatSum { get; init; }

    public required long DiscountSum { get; init; }

    public required string Currency { get; init; }

    public required IReadOnlyList<RetrackProduct> Products { get; init; }
}
