namespace OrderFunctions.Ledger;

/// <summary>Ledger__...: how long the ledger knows of an order, and how long an event waits for the rest of it.</summary>
public sealed class LedgerOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>How long an order is kept at a provider after its last change there.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(180);

    /// <summary>How long what an order's events said of the customer is remembered after the last event that added to it.</summary>
    public TimeSpan RememberFor { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long an event that lacks attribution, or an e-mail address, waits for one that has it.</summary>
    public TimeSpan WaitForAttribution { get; set; } = TimeSpan.FromMinutes(30);

    /// <param name="shortest">How long after an event the bus may still deliver it, or drop it as a duplicate.</param>
    internal IEnumerable<string> Problems(TimeSpan shortest)
    {
        if (Retention < shortest || Retention > Longest)
        {
            yield return $"Ledger__Retention is {Retention}; it must be from {shortest.TotalDays:0.##} to {Longest.TotalDays:0} days: what the ledger forgets while a message still waits, or a repeated event is still known, could be told again.";
        }

        if (RememberFor < TimeSpan.Zero || RememberFor > Longest)
        {
            yield return $"Ledger__RememberFor is {RememberFor}; it must be from 0 to {Longest.TotalDays:0} days, and ends with Ledger__Retention in any case.";
        }

        if (WaitForAttribution < TimeSpan.Zero || WaitForAttribution > LongestWait)
        {
            yield return $"Ledger__WaitForAttribution is {WaitForAttribution}; it must be from 0 to {LongestWait.TotalDays:0} day: so much later is an order told where nobody says where it came from.";
        }
    }
}
