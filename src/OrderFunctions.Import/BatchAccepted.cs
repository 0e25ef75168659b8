namespace OrderFunctions.Import;

/// <summary>What POST /api/orders/batch answers with 202, as far as the importer reads it.</summary>
internal sealed record BatchAccepted(int Accepted, IReadOnlyList<AcceptedEvent> Events);
