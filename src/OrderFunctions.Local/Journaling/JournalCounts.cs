namespace OrderFunctions.Local.Journaling;

/// <summary>What waits in the journal.</summary>
/// <param name="Busy">The queues with a message that is due now or locked.</param>
/// <param name="Waiting">The messages on all queues, scheduled ones included.</param>
internal sealed record JournalCounts(IReadOnlyList<string> Busy, int Waiting, int Parked);
