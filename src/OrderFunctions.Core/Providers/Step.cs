namespace OrderFunctions.Providers;

/// <summary>What to do next about one order event at one provider.</summary>
public abstract record Step
{
    private Step() { }

    /// <param name="Note">What a person reading the ledger should know about this request.</param>
    public sealed record Send(ProviderRequest Request, string? Note = null) : Step;

    /// <summary>There is nothing to tell.</summary>
    /// <param name="Supersedes">Whether this event makes older events of the order pointless too.</param>
    /// <param name="IsLacking">Whether an older event may have what this one lacks.</param>
    public sealed record Skip(string Reason, bool Supersedes = false, bool IsLacking = false) : Step;

    /// <summary>It can be told once an earlier event of the order is.</summary>
    public sealed record Wait(string Reason) : Step;

    /// <summary>The provider already has it so.</summary>
    public sealed record Finished(string? Reference) : Step;

    /// <summary>It can't be told; a person has to look.</summary>
    public sealed record Reject(string Reason) : Step;
}
