using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace OrderFunctions.Delivery;

/// <summary>
/// Lets at most so many calls reach a provider in any minute, wherever the minute begins. A permit comes back one
/// minute after its call has ended: a call arrives somewhere between its start and its end, so no minute of the
/// provider's clock can hold more. The limiters of the framework count by segments of their own clock, which
/// lets nearly twice the limit through around a boundary, and they take no TimeProvider.
/// </summary>
public sealed class SlidingMinuteLimiter(int permits, TimeProvider timeProvider) : RateLimiter
{
    /// <summary>How long a call waits for its turn before it is put back on the queue.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);

    // Timestamps, not times of day: those jump when the machine's clock is set.
    private readonly Queue<long> _ended = new();
    private int _running;

    public override TimeSpan? IdleDuration => null;

    public override RateLimiterStatistics? GetStatistics() => null;

    protected override RateLimitLease AttemptAcquireCore(int permitCount) =>
        TryTake(out var wait) ? new Lease(this) : new Lease(null) { RetryAfter = wait };

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(
        int permitCount,
        CancellationToken cancellationToken
    )
    {
        using var patience = new CancellationTokenSource(LongestWait, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            // One waits for a permit, the others wait for their turn: first come, first served.
            await _turn.WaitAsync(either.Token);
            try
            {
                while (!TryTake(out var wait))
                {
                    // A timer counts whole milliseconds; less would be no wait at all.
                    await Task.Delay(wait + TimeSpan.FromMilliseconds(1), timeProvider, either.Token);
                }
            }
            finally
            {
                _turn.Release();
            }

            return new Lease(this);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            lock (_gate)
            {
                return new Lease(null) { RetryAfter = NextFree() };
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _turn.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool TryTake(out TimeSpan wait)
    {
        lock (_gate)
        {
            wait = NextFree();
            if (wait > TimeSpan.Zero)
            {
                return false;
            }

            _running++;
            return true;
        }
    }

    // How long until a permit is free; zero: one is. Called under the lock.
    private TimeSpan NextFree()
    {
        while (_ended.TryPeek(out var ended) && timeProvider.GetElapsedTime(ended) >= Window)
        {
            _ended.Dequeue();
        }

        if (_running + _ended.Count < permits)
        {
            return TimeSpan.Zero;
        }

        // With every permit at a running call, look again soon: it comes back a minute after that call's end.
        return _ended.TryPeek(out var oldest) ? Window - timeProvider.GetElapsedTime(oldest) : TimeSpan.FromSeconds(1);
    }

    private void End()
    {
        lock (_gate)
        {
            _running--;
            _ended.Enqueue(timeProvider.GetTimestamp());
        }
    }

    private sealed class Lease(SlidingMinuteLimiter? limiter) : RateLimitLease
    {
        private SlidingMinuteLimiter? _limiter = limiter;

        public override bool IsAcquired { get; } = limiter is not null;

        public override IEnumerable<string> MetadataNames => IsAcquired ? [] : [MetadataName.RetryAfter.Name];

        public TimeSpan RetryAfter { get; init; }

        public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
        {
            metadata = !IsAcquired && metadataName == MetadataName.RetryAfter.Name ? RetryAfter : null;
            return metadata is not null;
        }

        protected override void Dispose(bool disposing)
        {
            Interlocked.Exchange(ref _limiter, null)?.End();
            base.Dispose(disposing);
        }
    }
}
