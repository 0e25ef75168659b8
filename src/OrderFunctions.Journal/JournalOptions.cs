using OrderFunctions.Bus;

namespace OrderFunctions.Journaling;

/// <summary>Where the journal is and how long it remembers.</summary>
/// <param name="Folder">Made if it is not there; one process at a time.</param>
public sealed record JournalOptions(string Folder)
{
    /// <summary>How long an event that was published before is dropped.</summary>
    public TimeSpan DuplicateWindow { get; init; } = Entities.DuplicateWindow;

    /// <summary>How long the ledger keeps an order after its last change, give or take the duplicate window.</summary>
    public required TimeSpan LedgerRetention { get; init; }

    /// <summary>How long the ledger's entries keep what they remember, give or take the duplicate window.</summary>
    public required TimeSpan RememberFor { get; init; }

    /// <summary>False only where a test compacts at its own time.</summary>
    public bool CompactsByItself { get; init; } = true;

    /// <summary>How large a file of the journal grows before the next is started.</summary>
    public int SegmentBytes { get; init; } = 32 * 1024 * 1024;
}
