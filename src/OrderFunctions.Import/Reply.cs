namespace OrderFunctions.Import;

/// <summary>An answer of the server's that no repeating would better.</summary>
/// <param name="Date">The server's clock, in whole seconds; null where it doesn't tell.</param>
internal sealed record Reply(int Status, byte[] Body, DateTimeOffset? Date);
