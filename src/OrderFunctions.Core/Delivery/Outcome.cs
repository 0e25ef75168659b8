using OrderFunctions.Providers;

namespace OrderFunctions.Delivery;

/// <summary>What a delivery led to.</summary>
public abstract record Outcome
{
    private Outcome() { }

    /// <param name="Reference">The provider's own id for the order, where it gives one.</param>
    public sealed record Delivered(string? Reference) : Outcome;

    /// <param name="Supersedes">Whether older events of the order need no telling either.</param>
    /// <param name="IsLacking">Whether an older event may have what this one lacks.</param>
    public sealed record Skipped(string Reason, bool Supersedes = false, bool IsLacking = false) : Outcome;

    /// <param name="After">Not sooner than this; null: as the schedule has it.</param>
    /// <param name="IsCounted">Whether it costs one of the schedule's retries: not where the call could not be made.</param>
    public sealed record Retry(string Reason, TimeSpan? After, bool IsCounted) : Outcome;

    public sealed record Rejected(string Reason) : Outcome;

    /// <summary>What a step that needs no call leads to; null for one that does.</summary>
    public static Outcome? Of(Step step) =>
        step switch
        {
            Step.Skip skip => new Skipped(skip.Reason, skip.Supersedes, skip.IsLacking),
            // Counted, so that it ends when the earlier event is parked; no sooner than the schedule has it.
            Step.Wait wait => new Retry(wait.Reason, TimeSpan.Zero, IsCounted: true),
            Step.Finished finished => new Delivered(finished.Reference),
            Step.Reject reject => new Rejected(reject.Reason),
            _ => null,
        };

    /// <summary>The outcome's word in logs and metrics.</summary>
    public string Name => GetType().Name.ToLowerInvariant();
}
