using OrderFunctions.Bus;
using OrderFunctions.Orders;
using OrderFunctions.Parked;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Journaling.Tests;

/// <summary>
/// The drill: many deliveries are parked for one reason, found, and sent back at a rate, over a restart in the middle.
/// PARKED=100000 is the long form.
/// </summary>
public sealed class ParkedDrillTests(ITestOutputHelper output) : JournalTest
{
    private const int Others = 100;
    private const int Minutes = 10;
    private const int MostAtOnce = 256;
    private static readonly int Count = EnvironmentNumber.Of("PARKED", 2_000);

    [Fact]
    public async Task What_is_parked_for_one_reason_goes_back_at_a_rate_and_little_of_it_is_in_memory()
    {
        await ParkAsync(Count, "o", DeadLetterReasons.RetriesExhausted);
        await ParkAsync(Others, "other", DeadLetterReasons.Rejected);
        output.WriteLine($"{Count} parked: {Megabytes()} MB");

        // Found: one reason, and the money that it touches.
        var filter = new ParkedFilter("katalys", Reason: DeadLetterReasons.RetriesExhausted);
        var summary = await new ParkedList(Journal.Bus, Time).SummarizeAsync(filter, default);
        var group = Assert.Single(summary.Groups);
        Assert.Equal((Count, true), (group.Count, summary.IsComplete));
        Assert.Equal(Count * 125.00m, Assert.Single(group.Sums).Amount);

        // Sent back at a rate, as the call and its job do.
        var rate = Count / Minutes;
        var request = new ParkedRequest(ParkedAction.Replay, filter) { PerMinute = rate };
        var bus = new CountingBus(Journal.Bus);
        var start = await Jobs(bus).StartAsync(request, isDryRun: false, default);
        Assert.Equal((Count, rate), (start!.Job.Matched, start.Job.Done));
        var told = new HashSet<string?>();
        var (mostAtOnce, mostMegabytes) = (0, 0L);
        for (var minute = 1; minute <= Minutes; minute++)
        {
            Assert.Equal(rate, await TellAsync(told));
            (mostAtOnce, mostMegabytes) = (Math.Max(mostAtOnce, bus.MostAtOnce), Math.Max(mostMegabytes, Megabytes()));
            if (minute == Minutes / 2)
            {
                Restart();
            }

            Time.Advance(TimeSpan.FromMinutes(1));
            bus = new CountingBus(Journal.Bus);
            while (await Journal.TryReceiveAsync(Entities.Retry) is { } slice)
            {
                await Jobs(bus).ContinueAsync(slice.Received.Message, default);
                await slice.CompleteAsync(default);
            }
        }

        output.WriteLine($"at most {mostAtOnce} at once, {mostMegabytes} MB after a minute's slice");
        var job = await Jobs(bus).FindAsync(start.Job.Id, default);
        Assert.Equal((ParkedJobState.Done, Count), (job!.State, job.Done));
        Assert.Equal(Count, told.Count);
        Assert.Equal(Others, Journal.Counts.Parked);
        Assert.Equal(0, Journal.Counts.Waiting);
        Assert.InRange(mostAtOnce, 1, MostAtOnce);
    }

    [Fact]
    public async Task Deliveries_that_are_closed_at_once_stay_closed_after_a_restart()
    {
        await ParkAsync(1_000, "o", DeadLetterReasons.Rejected);
        var request = new ParkedRequest(ParkedAction.Discard, new ParkedFilter()) { Note = "test orders" };

        var start = await Jobs(Journal.Bus).StartAsync(request, isDryRun: false, default);
        Assert.Equal((1_000, ParkedJobState.Done), (start!.Job.Done, start.Job.State));
        Restart();

        Assert.Equal((0, 0), (Journal.Counts.Parked, Journal.Counts.Waiting));
        var entry = await Journal.Ledger.FindAsync("o-999", "katalys", default);
        Assert.Equal((Ledger.DeliveryState.Discarded, "test orders"), (entry!.State, entry.Reason));
    }

    private ParkedJobs Jobs(IBus bus) =>
        Rig.ParkedJobs(bus, Journal.Ledger, new OrderEventReader(Samples.ProviderNames), Time, Journal.States);

    private async Task ParkAsync(int count, string prefix, string reason)
    {
        foreach (var some in Enumerable.Range(0, count).Chunk(500))
        {
            await Journal.Bus.PublishAsync([.. some.Select(i => Message($"{prefix}-{i}"))], default);
            foreach (var queue in new[] { "orders-katalys", Entities.Retry })
            {
                // At once: they share flushes.
                await Task.WhenAll(
                    some.Select(async _ =>
                    {
                        var message = await ReceiveAsync(queue);
                        var deadLetter = new DeadLetter(reason, "the site id is wrong", null, 0, 27);
                        await message.DeadLetterAsync(deadLetter, default);
                    })
                );
            }
        }
    }

    private static BusMessage Message(string orderId)
    {
        var orderEvent = Samples.Event(json => json["order"]!["id"] = orderId);
        return new BusMessage(orderId, CanonicalJson.Write(orderEvent))
        {
            OrderId = orderId,
            EventId = orderEvent.EventId,
            Providers = ["katalys"],
        };
    }

    /// <summary>Takes all that is due at the provider.</summary>
    private async Task<int> TellAsync(HashSet<string?> told)
    {
        var count = 0;
        while (Journal.Counts.Busy.Contains("orders-katalys"))
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, 100)
                    .Select(async _ =>
                    {
                        if (await Journal.TryReceiveAsync("orders-katalys") is not { } message)
                        {
                            return;
                        }

                        await message.CompleteAsync(default);
                        lock (told)
                        {
                            Assert.Equal(1, message.Received.Message.Replays);
                            Assert.True(told.Add(message.Received.Message.OrderId));
                            count++;
                        }
                    })
            );
        }

        return count;
    }

    private static long Megabytes() => GC.GetTotalMemory(forceFullCollection: true) >> 20;

    /// <summary>Counts how many deliveries are handed out and not taken away yet.</summary>
    private sealed class CountingBus(IBus inner) : DelegatingBus(inner)
    {
        private int _now;

        public int MostAtOnce { get; private set; }

        public override Task<long?> TakeParkedAsync(
            ParkedTake take,
            Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
            CancellationToken cancellationToken
        ) =>
            base.TakeParkedAsync(
                take,
                async (received, token) =>
                {
                    MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _now));
                    var handled = await handle(received, token);
                    return handled with
                    {
                        OnTaken = () =>
                        {
                            Interlocked.Decrement(ref _now);
                            handled.OnTaken();
                        },
                    };
                },
                cancellationToken
            );
    }
}
