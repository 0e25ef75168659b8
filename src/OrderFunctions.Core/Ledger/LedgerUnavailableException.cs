namespace OrderFunctions.Ledger;

/// <summary>The ledger can't be had: nobody can be told of an order now, try again later.</summary>
public sealed class LedgerUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
