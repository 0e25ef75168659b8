using OrderFunctions.Ledger;

namespace OrderFunctions.Sending;

/// <summary>
/// Lets at most so many calls reach a provider in any minute, wherever the minute begins, from all instances
/// together. A permit comes back one minute after its call has ended: a call arrives somewhere between its start and
/// its end, so no minute of the provider's clock can hold more. Each instance takes blocks of permits from the store
/// and uses them by itself. docs/decisions/0003-our-own-rate-limiter.md has the reasoning.
/// </summary>
/// <param name="limit">The calls that may arrive in any minute, of all instances together.</param>
/// <param name="longestCall">How long a call takes at most.</param>
internal sealed class SlidingMinuteLimiter(
    string provider,
    int limit,
    TimeSpan longestCall,
    IStateStore store,
    TimeProvider timeProvider
) : IDisposable
{
    /// <summary>How long a call waits for its turn before it is put back on the queue.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly PermitShare _share = new(limit, longestCall, timeProvider);
    private readonly SemaphoreSlim _turn = new(1);
    private bool _isAsking;

    // The record as this instance saved it last, while no other is on it: then it mostly stands so still.
    private Permits? _ours;

    /// <summary>Waits for a permit, first come, first served.</summary>
    /// <returns>The permit; or null and how long until one is known to come back.</returns>
    /// <exception cref="LedgerUnavailableException">The store can't be had: no call may be made.</exception>
    public async Task<(Permit? Permit, TimeSpan Wait)> AcquireAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LongestWait, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            // One waits for a permit, the others wait for their turn.
            await _turn.WaitAsync(either.Token);
            try
            {
                while (true)
                {
                    if (await TryAcquireAsync(either.Token) is { } permit)
                    {
                        return (permit, TimeSpan.Zero);
                    }

                    // A timer counts whole milliseconds; less would be no wait at all.
                    await Task.Delay(_share.NextTry + TimeSpan.FromMilliseconds(1), timeProvider, either.Token);
                }
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            return _isAsking
                ? throw new LedgerUnavailableException(
                    $"The ledger gave no permits within {LongestWait.TotalSeconds:0} seconds.",
                    error
                )
                : (null, _share.NextFree);
        }
    }

    /// <summary>Takes a permit only where nobody else waits for one and one is free now.</summary>
    /// <returns>The permit; or null and how long until one is known to come back.</returns>
    /// <exception cref="LedgerUnavailableException">The store can't be had: no call may be made.</exception>
    public async Task<(Permit? Permit, TimeSpan Wait)> AcquireUnlessOthersWaitAsync(CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return (null, LongestWait);
        }

        try
        {
            return (await TryAcquireAsync(cancellationToken), _share.NextFree);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes a permit if there is one now, here or in the store. One at a time.</summary>
    internal async Task<Permit?> TryAcquireAsync(CancellationToken cancellationToken)
    {
        if (_share.TryTake())
        {
            return new Permit(_share);
        }

        if (!_share.MayAsk)
        {
            return null;
        }

        // Left on where the store fails.
        _isAsking = true;
        var found = _ours ?? await Permits.FindAsync(store, provider, cancellationToken);
        _ours = null;
        while (_share.Ask(found) is { } permits)
        {
            if (await permits.TrySaveAsync(store, provider, cancellationToken) is { } saved)
            {
                _share.Saved();
                _ours = _share.IsAlone ? saved : null;
                break;
            }

            found = await Permits.FindAsync(store, provider, cancellationToken);
        }

        _isAsking = false;
        return _share.TryTake() ? new Permit(_share) : null;
    }

    public void Dispose() => _turn.Dispose();
}

/// <summary>Leave to make one call; to be disposed when the call has ended.</summary>
internal sealed class Permit(PermitShare share) : IDisposable
{
    private PermitShare? _share = share;

    /// <summary>The call is not made: another may have it at once.</summary>
    public void GiveBack() => Interlocked.Exchange(ref _share, null)?.GiveBack();

    public void Dispose() => Interlocked.Exchange(ref _share, null)?.End();
}
