namespace OrderFunctions.Bus;

/// <param name="Next">Where to go on; null on the last page.</param>
public sealed record ParkedPage(IReadOnlyList<ParkedDelivery> Items, long? Next);
