namespace OrderFunctions.Import;

/// <param name="Number">The line's, from 1.</param>
internal sealed record BatchLine(long Number, byte[] Json);
