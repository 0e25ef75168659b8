namespace OrderFunctions.Sandbox.Duel;

/// <summary>
/// The document's sample reads status and result from the answer and says no more (seeds: duel-order-tracking);
/// their values are ours.
/// </summary>
internal sealed record DuelAnswer(string Status, DuelResult Result);
