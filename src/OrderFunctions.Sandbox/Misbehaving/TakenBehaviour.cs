namespace OrderFunctions.Sandbox.Misbehaving;

/// <summary>The behaviour for one request; <paramref name="RateWait"/> is set when the request is above its rate.</summary>
internal sealed record TakenBehaviour(Behaviour Behaviour, TimeSpan? RateWait);
