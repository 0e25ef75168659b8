using Microsoft.Extensions.Logging;
using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Ledger;

namespace OrderFunctions.Journaling;

/// <summary>A bus and a ledger in one folder, which survive a crash. docs/journal.md describes its files.</summary>
public sealed class Journal : IDisposable
{
    private readonly JournalState _state;
    private readonly JournalBus _bus;
    private readonly JournalLedger _ledger;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _compacting;
    private bool _isDisposed;

    private Journal(
        JournalOptions options,
        JournalLog log,
        JournalState state,
        TimeProvider timeProvider,
        JournalMessages messages
    )
    {
        (Log, _state, _timeProvider) = (log, state, timeProvider);
        _bus = new JournalBus(log, state, timeProvider);
        _ledger = new JournalLedger(log, state, timeProvider);
        _ledger.FreeDeadClaims();
        Compactor = new Compactor(log, state, options, timeProvider, messages);
        _compacting = options.CompactsByItself ? Task.Run(() => Compactor.RunAsync(_stop.Token)) : Task.CompletedTask;
    }

    public IBus Bus => _bus;

    public IMessageReceiver Receiver => _bus;

    public ILedger Ledger => _ledger;

    public IPermitStore Permits => _ledger;

    internal Compactor Compactor { get; }

    /// <summary>Its files.</summary>
    internal JournalLog Log { get; }

    /// <summary>Completes when the journal has stopped by itself: the process must end, and the next start reads the disk.</summary>
    public Task Stopped => Log.Stopped;

    /// <summary>What waits now.</summary>
    public JournalCounts Counts
    {
        get
        {
            lock (Log.Gate)
            {
                return _state.Counts(_timeProvider.GetUtcNow(), Log.Length);
            }
        }
    }

    /// <exception cref="JournalException">Another process has the folder, or the journal is damaged.</exception>
    public static Journal Open(JournalOptions options, TimeProvider timeProvider, ILogger<Journal> logger) =>
        Open(options, timeProvider, logger, new Disk());

    internal static Journal Open(JournalOptions options, TimeProvider timeProvider, ILogger<Journal> logger, Disk disk)
    {
        var messages = new JournalMessages(logger);
        var state = new JournalState(options);
        var log = JournalLog.Open(options, disk, timeProvider, messages, state.Replay);
        try
        {
            state.EnqueueAll(timeProvider.GetUtcNow());
            return new Journal(options, log, state, timeProvider, messages);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        _stop.Cancel();
        _compacting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        Log.Dispose();
        _stop.Dispose();
    }
}

/// <summary>What waits in the journal.</summary>
/// <param name="Busy">The queues with a message that is due now or locked.</param>
/// <param name="Waiting">The messages on all queues, scheduled ones included.</param>
/// <param name="LiveBytes">What the journal would come to if it held nothing that is over.</param>
/// <param name="Bytes">What it comes to.</param>
public sealed record JournalCounts(IReadOnlyList<string> Busy, int Waiting, int Parked, long LiveBytes, long Bytes);

/// <summary>The journal can't be opened; the message says where and what to do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner);
