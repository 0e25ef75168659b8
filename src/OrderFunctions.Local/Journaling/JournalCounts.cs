namespace OrderFunctions.Local.Journaling;

/// <summary>What waits in the journal.</summary>
/// <param name="Busy">The queues with a message that is due now or locked.</param>
/// <param name="Waiting">The messages on all queues, scheduled ones included.</param>
/// <param name="LiveBytes">What the journal would come to if it held nothing that is over.</param>
/// <param name="Bytes">What it comes to.</param>
internal sealed record JournalCounts(IReadOnlyList<string> Busy, int Waiting, int Parked, long LiveBytes, long Bytes);
