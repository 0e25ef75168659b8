namespace OrderFunctions.Local.Import;

internal sealed record AcceptedEvent(IReadOnlyList<string> Providers);
