namespace OrderFunctions.Journaling.Files;

/// <summary>Where a frame stands in the journal.</summary>
/// <param name="Length">In bytes, with its header.</param>
internal readonly record struct Location(int Segment, int Offset, int Length);
