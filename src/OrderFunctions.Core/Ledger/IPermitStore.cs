namespace OrderFunctions.Ledger;

/// <summary>
/// Per provider: which instance holds how many permits of its rate limit. Beside the ledger, in the same store. Every
/// method throws <see cref="LedgerUnavailableException"/> where that can't be had.
/// </summary>
public interface IPermitStore
{
    Task<Permits?> FindAsync(string provider, CancellationToken cancellationToken);

    /// <summary>Saves the permits if they are still as they were read (their ETag; null: there were none).</summary>
    /// <returns>False where another has saved them since: read them again.</returns>
    Task<bool> TrySaveAsync(Permits permits, CancellationToken cancellationToken);
}

/// <summary>The permits of one provider's rate limit that are taken.</summary>
public sealed record Permits(string Provider, IReadOnlyList<TakenPermits> Taken)
{
    /// <summary>The version that compare-and-set compares; null: not saved yet.</summary>
    public string? ETag { get; init; }
}

/// <summary>Permits that an instance holds, or has used up in the last minute.</summary>
/// <param name="Instance">A name that no other instance has, nor this one after a restart.</param>
/// <param name="Until">From then on they are free for all, if the instance says nothing else before.</param>
public sealed record TakenPermits(Guid Instance, int Count, DateTimeOffset Until);
