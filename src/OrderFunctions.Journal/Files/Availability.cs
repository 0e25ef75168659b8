using OrderFunctions.Bus;

namespace OrderFunctions.Journaling.Files;

/// <summary>
/// Whether the journal takes changes. Not while the disk fails, which ends by itself; and not once it has stopped,
/// which only the next start ends. Changed under the gate.
/// </summary>
internal sealed class Availability(TimeProvider timeProvider)
{
    /// <summary>How long after a failure the disk is left alone.</summary>
    public static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _diskError;
    private long _failedAt;

    /// <summary>Whether the last write failed. Only the writer changes it, so the writer reads it without the gate.</summary>
    public bool IsFailing => _diskError is not null;

    /// <summary>The first error that left memory half changed, or ended the writer; null: the journal has not stopped.</summary>
    public Exception? StoppedBy { get; private set; }

    public bool IsClosed { get; private set; }

    /// <summary>Completes when the journal stops before it is closed.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>A write failed: the next one may be tried after <see cref="FailurePause"/>.</summary>
    /// <returns>Whether the one before had succeeded.</returns>
    public bool BeginFailure(Exception error)
    {
        var isNew = !IsFailing;
        (_diskError, _failedAt) = (error, timeProvider.GetTimestamp());
        return isNew;
    }

    /// <summary>A write succeeded.</summary>
    /// <returns>Whether the one before had failed.</returns>
    public bool EndFailure()
    {
        var wasFailing = IsFailing;
        _diskError = null;
        return wasFailing;
    }

    public void Stop(Exception error) => StoppedBy ??= error;

    /// <summary>Completes <see cref="Stopped"/>; outside the gate as well.</summary>
    public void SignalStopped() => _stopped.TrySetResult();

    public void Close() => IsClosed = true;

    /// <exception cref="BusUnavailableException">The disk failed less than <see cref="FailurePause"/> ago, or the journal has stopped.</exception>
    public void ThrowIfUnavailable()
    {
        ObjectDisposedException.ThrowIf(IsClosed, typeof(JournalLog));
        ThrowIfStopped();
        // Not by the clock: set back by an hour, it would keep the disk untried for that hour.
        if (_diskError is not null && timeProvider.GetElapsedTime(_failedAt) < FailurePause)
        {
            throw DiskFailed(_diskError);
        }
    }

    /// <exception cref="BusUnavailableException">The journal has stopped.</exception>
    public void ThrowIfStopped()
    {
        if (StoppedBy is not null)
        {
            throw HasStopped(StoppedBy);
        }
    }

    public static BusUnavailableException DiskFailed(Exception error) =>
        new($"The journal can't be written: {error.Message}", error);

    public static BusUnavailableException HasStopped(Exception error) =>
        new($"The journal has stopped and takes nothing before the next start: {error.Message}", error);
}
