namespace OrderFunctions.Import;

internal sealed record AcceptedEvent(IReadOnlyList<string> Providers);
