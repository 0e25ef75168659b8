namespace OrderFunctions.Import;

/// <summary>One call to a provider.</summary>
internal sealed record CallMade(DateTimeOffset At);
