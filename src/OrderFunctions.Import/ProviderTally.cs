namespace OrderFunctions.Import;

/// <summary>How the file's orders stand at one provider.</summary>
internal sealed class ProviderTally
{
    /// <summary>The file's newest event of the order waits on the bus, or the ledger has forgotten the order.</summary>
    public const string Waiting = "waiting";

    public const string Parked = "parked";
    public const string Retrying = "retrying";

    private readonly Dictionary<string, long> _orders = new(StringComparer.Ordinal);

    /// <summary>The calls made to it for these orders since the import began.</summary>
    public long Calls { get; private set; }

    public IReadOnlyCollection<string> States => _orders.Keys;

    public long Orders(string state) => _orders.GetValueOrDefault(state);

    public void Add(string state, long calls)
    {
        _orders[state] = Orders(state) + 1;
        Calls += calls;
    }
}
