namespace OrderFunctions.Import;

/// <summary>The import can't go on; the message says why, and what to do.</summary>
internal sealed class ImportFailedException(string message, Exception? inner = null) : Exception(message, inner);
