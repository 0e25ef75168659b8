namespace OrderFunctions.Sandbox.Duel;

/// <summary>The id of the order that was written.</summary>
internal sealed record DuelResult(string Order);
