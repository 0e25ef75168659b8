namespace OrderFunctions.Local.Journaling;

/// <summary>The journal can't be opened; the message says where and what to do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner);
