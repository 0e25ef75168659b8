using System.Text.Json;
using OrderFunctions.Orders;

namespace OrderFunctions.Providers;

/// <summary>What is to be done next about one order event at one provider: a request to send, or an outcome if nothing is.</summary>
public abstract record Step
{
    private protected Step() { }

    /// <param name="Note">What a person reading the ledger should know about this request.</param>
    public sealed record Send(ProviderRequest Request, string? Note = null) : Step
    {
        /// <summary>What the provider has been told once it has taken the request, as far as it matters later.</summary>
        public ToldOrder Told { get; init; } = new();

        /// <summary>Whether another event may bring what this one lacks, so that it is to be told again then.</summary>
        public bool IsIncomplete { get; init; }
    }
}

/// <summary>
/// What an attempt led to. A delivery ends with its last attempt's outcome; Found and CredentialRefused are never the
/// last, and Skipped needs no attempt.
/// </summary>
/// <param name="Reason">For a person; empty where nothing is to be explained.</param>
public abstract record Outcome(string Reason) : Step
{
    /// <summary>The outcome's word in the ledger, logs and metrics.</summary>
    public string Name => JsonNamingPolicy.CamelCase.ConvertName(GetType().Name);

    /// <summary>Whether the event lacks what another event of the order may bring.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>The provider has the event.</summary>
    /// <param name="Reference">The provider's own id for the order, where it gives one.</param>
    public sealed record Delivered(string? Reference = null) : Outcome("");

    /// <summary>The answer to a look-up: go on with the next step.</summary>
    public sealed record Found(LookedUp Order) : Outcome("");

    /// <summary>There is nothing to tell.</summary>
    /// <param name="Supersedes">Whether this event makes older events of the order pointless too.</param>
    public sealed record Skipped(string Reason, bool Supersedes = false) : Outcome(Reason)
    {
        /// <summary>What is left of the goods, where the provider was told of more and can't be told that they came back.</summary>
        public ToldGoods? Left { get; init; }
    }

    /// <summary>Worth another attempt.</summary>
    /// <param name="MayHaveArrived">Whether the provider may have taken the request all the same.</param>
    public sealed record Retry(string Reason, RetryTiming When, bool MayHaveArrived = false) : Outcome(Reason);

    /// <summary>No other attempt would help; a person has to look.</summary>
    public sealed record Rejected(string Reason) : Outcome(Reason);

    /// <summary>The provider refused the credentials.</summary>
    public sealed record CredentialRefused() : Outcome("");
}

/// <summary>When a delivery is retried.</summary>
public abstract record RetryTiming
{
    private RetryTiming() { }

    /// <summary>Within this delivery where the provider allows quick retries, else at its schedule's next slot.</summary>
    public sealed record Soon : RetryTiming;

    /// <summary>At the schedule's next slot.</summary>
    public sealed record NextSlot : RetryTiming;

    /// <summary>At the schedule's next slot, and not before this time: the provider asked for it.</summary>
    public sealed record NotBefore(DateTimeOffset Time) : RetryTiming;

    /// <summary>At this time. It uses up nothing of the schedule: no request could be sent.</summary>
    public sealed record FreeUntil(DateTimeOffset Time) : RetryTiming;

    /// <summary>After a wait that grows from one to the next. It uses up nothing of the schedule: no request could be sent.</summary>
    public sealed record FreeBackoff : RetryTiming;

    /// <summary>Whether it uses up nothing of the schedule.</summary>
    public bool IsFree => this is FreeUntil or FreeBackoff;
}
