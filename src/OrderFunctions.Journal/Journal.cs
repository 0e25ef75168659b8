using Microsoft.Extensions.Logging;
using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.State;
using OrderFunctions.Ledger;

namespace OrderFunctions.Journaling;

/// <summary>A bus and a ledger in one folder, which survive a crash. docs/journal.md describes its files.</summary>
public sealed class Journal : IDisposable
{
    private const long MuchToRead = 100_000_000;

    private readonly JournalState _state;
    private readonly JournalReceiver _receiver;
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
        JournalDiagnostics diagnostics
    )
    {
        (Log, _state, _timeProvider) = (log, state, timeProvider);
        var messages = new MessageStore(log, state, timeProvider);
        Bus = new JournalBus(log, messages, timeProvider);
        _receiver = new JournalReceiver(log, messages, timeProvider);
        _ledger = new JournalLedger(log, state, timeProvider);
        _ledger.ReleaseClaims();
        Compactor = new Compactor(log, state, options, timeProvider, diagnostics);
        _compacting = options.CompactsByItself ? Task.Run(() => Compactor.RunAsync(_stop.Token)) : Task.CompletedTask;
    }

    public IBus Bus { get; }

    public IMessageReceiver Receiver => _receiver;

    public ILedger Ledger => _ledger;

    public IStateStore States => _ledger;

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
                return new JournalCounts(
                    _state.BusyQueues(_timeProvider.GetUtcNow()),
                    _state.Waiting,
                    _state.ParkedCount,
                    _state.LiveBytes,
                    Log.Length
                );
            }
        }
    }

    /// <exception cref="JournalException">Another process has the folder, or the journal is damaged.</exception>
    public static Journal Open(JournalOptions options, TimeProvider timeProvider, ILogger<Journal> logger) =>
        Open(options, timeProvider, logger, new Disk());

    internal static Journal Open(JournalOptions options, TimeProvider timeProvider, ILogger<Journal> logger, Disk disk)
    {
        var diagnostics = new JournalDiagnostics(logger);
        var state = new JournalState(options.DuplicateWindow);
        var log = JournalLog.Open(options.Folder, options.SegmentBytes, disk, timeProvider, diagnostics, state.Load);
        try
        {
            state.EnqueueAll(timeProvider.GetUtcNow());
            if (log.Length > MuchToRead)
            {
                // What was needed to read it goes back to the system: the runtime itself would keep it for hours.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }

            return new Journal(options, log, state, timeProvider, diagnostics);
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
        _receiver.Dispose();
        Log.Dispose();
        _stop.Dispose();
    }
}

/// <summary>What waits in the journal.</summary>
/// <param name="Busy">The queues with a message that is due now or locked.</param>
/// <param name="Waiting">The messages on all queues, scheduled ones included.</param>
/// <param name="LiveBytes">How many bytes the journal would have if it held nothing that is over.</param>
/// <param name="Bytes">How many it has.</param>
public sealed record JournalCounts(IReadOnlyList<string> Busy, int Waiting, int Parked, long LiveBytes, long Bytes);
