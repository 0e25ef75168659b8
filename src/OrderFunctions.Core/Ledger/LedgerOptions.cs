namespace OrderFunctions.Ledger;

/// <summary>Ledger__...: how long the ledger knows of an order, and waits for the rest of it.</summary>
public sealed class LedgerOptions
{
    /// <summary>How long an order is kept at a provider after its last change there.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(180);

    /// <summary>How long what an order's events said of the customer is remembered after the last event that added to it.</summary>
    public TimeSpan RememberFor { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long an event that lacks attribution, or an e-mail address, waits for one that has it.</summary>
    public TimeSpan WaitForAttribution { get; set; } = TimeSpan.FromMinutes(30);
}
