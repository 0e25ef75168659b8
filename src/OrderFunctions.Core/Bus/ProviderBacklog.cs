namespace OrderFunctions.Bus;

/// <summary>What waits for one provider, and for a person because of it.</summary>
/// <param name="Waiting">The messages on its queue: due, under way and due later.</param>
/// <param name="OldestWaiting">When the oldest of them was accepted.</param>
/// <param name="Parked">Its parked deliveries.</param>
public sealed record ProviderBacklog(int Waiting, DateTimeOffset? OldestWaiting, int Parked)
{
    /// <summary>Whether there are more than were counted; the oldest may be among those.</summary>
    public bool IsWaitingAtLeast { get; init; }

    /// <summary>Whether there may be more than were counted.</summary>
    public bool IsParkedAtLeast { get; init; }
}
