namespace OrderFunctions.Bus;

/// <summary>The bus can't be had: nothing was accepted, try again later.</summary>
public sealed class BusUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
