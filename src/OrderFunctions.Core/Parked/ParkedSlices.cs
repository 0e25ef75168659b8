using System.Diagnostics.Metrics;
using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;

namespace OrderFunctions.Parked;

/// <summary>Replays or discards parked deliveries, one slice at a time.</summary>
public sealed class ParkedSlices(IBus bus, ILedger ledger, OrderEventReader reader, ParkedLog log)
{
    /// <param name="atMost">How long it may take, about.</param>
    public async Task<SliceResult> RunAsync(ParkedJob job, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var slice = new Slice(job.Request, ledger, reader);
        var take = new ParkedTake(job.Request.Taken, job.UpTo)
        {
            After = job.After,
            Most = Math.Min(job.Left, job.Request.PerMinute ?? int.MaxValue),
            AtMost = atMost,
        };
        var result = new SliceResult(0, 0, job.After, null);
        try
        {
            result = result with { Next = await bus.TakeParkedAsync(take, slice.HandleAsync, cancellationToken) };
        }
        catch (Exception error)
            when (error is BusUnavailableException or LedgerUnavailableException or OperationCanceledException)
        {
            // What is done counts all the same.
            result = result with
            {
                Failure = error,
            };
        }

        result = result with { Done = slice.Done, Superseded = slice.Superseded };
        log.SliceEnded(job, result);
        return result;
    }

    /// <summary>What is done with each delivery, for several at once.</summary>
    private sealed class Slice(ParkedRequest request, ILedger ledger, OrderEventReader reader)
    {
        private int _done;
        private int _superseded;

        public int Done => _done;

        public int Superseded => _superseded;

        public async Task<HandledParked> HandleAsync(ReceivedMessage received, CancellationToken cancellationToken)
        {
            var message = received.Message;
            if (request.Action == ParkedAction.Discard)
            {
                await DiscardAsync(message, cancellationToken);
                return new HandledParked(null, () => CountDone(Telemetry.Discarded, message));
            }

            return await IsSupersededAsync(message, cancellationToken)
                ? new HandledParked(null, () => Interlocked.Increment(ref _superseded))
                : new HandledParked(message.Replay(), () => CountDone(Telemetry.Replayed, message));
        }

        private void CountDone(Counter<long> metric, BusMessage message)
        {
            Interlocked.Increment(ref _done);
            metric.Add(1, Telemetry.Provider(message.Provider ?? "none"));
        }

        private async Task<bool> IsSupersededAsync(BusMessage message, CancellationToken cancellationToken) =>
            message is { Kind: MessageKind.Order, OrderId: { } orderId, Provider: { } provider }
            && await ledger.FindAsync(orderId, provider, cancellationToken) is { Concluded: not null } entry
            && EventOf(message) is { } orderEvent
            && IsSuperseded(entry, message, orderEvent.Version);

        // What is to be told anew is concluded itself: only a newer event makes it pointless.
        private static bool IsSuperseded(LedgerEntry entry, BusMessage message, OrderVersion version) =>
            message.AskedAgain is null ? entry.HasConcluded(version) : entry.Concluded!.IsNewerThan(version);

        // Of a click, of an ERP's message and of what can't be read, nothing is on record.
        private async Task DiscardAsync(BusMessage message, CancellationToken cancellationToken)
        {
            if (
                message is { Kind: MessageKind.Order, OrderId: not null, Provider: { } provider }
                && EventOf(message) is { } orderEvent
            )
            {
                await ledger.ChangeAsync(
                    orderEvent.Order.Id,
                    provider,
                    found => OrderProgress.Discard(found, orderEvent, provider, request.Note!),
                    cancellationToken
                );
            }
        }

        private OrderEvent? EventOf(BusMessage message) =>
            reader.Read(message.Body, new ValidationErrors()) is { } orderEvent
                ? orderEvent with
                {
                    AcceptedAt = message.AcceptedAt,
                }
                : null;
    }
}

/// <summary>What came of a slice.</summary>
/// <param name="Next">Where to go on; null: nothing is left.</param>
/// <param name="Failure">What ended it early.</param>
public sealed record SliceResult(int Done, int Superseded, long? Next, Exception? Failure)
{
    public bool DidNothing => Done == 0 && Superseded == 0;
}
