namespace OrderFunctions.Import;

/// <summary>What became of a batch's lines.</summary>
/// <param name="Providers">All that an accepted event of it goes to.</param>
internal sealed record BatchOutcome(
    int Accepted,
    IReadOnlyList<RefusedLine> Refused,
    IReadOnlyCollection<string> Providers
);
