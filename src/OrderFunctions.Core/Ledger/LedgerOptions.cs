namespace OrderFunctions.Ledger;

/// <summary>Ledger__...: how long the ledger knows of an order.</summary>
public sealed class LedgerOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>How long an order is kept at a provider after its last change there.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(180);

    /// <param name="shortest">How long after an event the bus may still deliver it, or drop it as a duplicate.</param>
    internal IEnumerable<string> Problems(TimeSpan shortest)
    {
        if (Retention < shortest || Retention > Longest)
        {
            yield return $"Ledger__Retention is {Retention}; it must be from {shortest.TotalDays:0.##} to {Longest.TotalDays:0} days: what the ledger forgets while a message still waits, or a repeated event is still known, could be told again.";
        }
    }
}
