using System.Globalization;
using OrderFunctions.Bus;
using OrderFunctions.Journaling;
using OrderFunctions.Journaling.Files;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests.Journaling;

/// <summary>
/// The journal against the bus and the ledger in memory: whatever is done to both, in whatever order, with restarts,
/// compactions and failing disks in between, they answer the same.
/// </summary>
public sealed class ModelTests
{
    private const int Steps = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_journal_does_what_the_bus_and_the_ledger_in_memory_do()
    {
        var runs = EnvironmentNumber.Of("MODEL_RUNS", 25);
        foreach (var seed in Enumerable.Range(1, runs))
        {
            using var life = new Life(seed);
            try
            {
                await life.RunAsync().WaitAsync(Patience);
            }
            catch (Exception error)
            {
                Assert.Fail($"Seed {seed}:\n{life}\n{error}");
            }
        }
    }

    private sealed class Life : IDisposable
    {
        private readonly Random _random;
        private readonly JournalFolder _folder = JournalFolder.Make();
        private readonly InMemoryBus _bus;
        private readonly InMemoryLedger _ledger = new();
        private readonly List<(IMessageLock Theirs, IMessageLock Ours)> _held = [];
        private readonly List<string> _script = [];
        private FaultyDisk _disk = new();
        private Journal _journal;

        public Life(int seed)
        {
            _random = new Random(seed);
            _bus = new InMemoryBus(_folder.Time);
            _folder.Options = _folder.Options with { SegmentBytes = 3_000 };
            _journal = _folder.Open(_disk);
        }

        public void Dispose()
        {
            _journal.Dispose();
            _folder.Dispose();
        }

        public override string ToString() => string.Join('\n', _script);

        public async Task RunAsync()
        {
            for (var i = 0; i < Steps; i++)
            {
                await StepAsync();
            }

            await RestartAsync();
            foreach (var queue in Messages.Queues)
            {
                while (await ReceiveAsync(queue)) { }
            }

            await CompareAsync();
        }

        private Task StepAsync() =>
            _random.Next(100) switch
            {
                < 20 => PublishAsync(),
                < 25 => ScheduleAsync(),
                < 50 => ReceiveAsync(Pick(Messages.Queues)),
                < 75 => SettleAsync(),
                < 78 => ReplayAsync(),
                < 84 => SaveAsync(),
                < 90 => PassTimeAsync(),
                < 93 => FailAsync(),
                < 96 => CompactAsync(),
                < 98 => RestartAsync(),
                _ => CompareAsync(),
            };

        private async Task PublishAsync()
        {
            var events = Enumerable
                .Range(0, _random.Next(1, 4))
                .Select(_ => Messages.Event($"{_random.Next(300)}", Pick(["duel", "retrack"]), "katalys"))
                .ToList();
            _script.Add($"publish {string.Join(", ", events.Select(message => message.Id))}");
            await _bus.PublishAsync(events, default);
            await _journal.Bus.PublishAsync(events, default);
        }

        private async Task ScheduleAsync()
        {
            var message = Messages.Event($"scheduled {_script.Count}") with { Provider = "duel", Retries = 1 };
            var due = _folder.Time.GetUtcNow().AddMinutes(_random.Next(-10, 60));
            _script.Add($"schedule for {due:u}");
            await _bus.ScheduleAsync("orders-duel", message, due, default);
            await _journal.Bus.ScheduleAsync("orders-duel", message, due, default);
        }

        private async Task<bool> ReceiveAsync(string queue)
        {
            var theirs = await _bus.TryReceiveAsync(queue);
            var ours = await _journal.TryReceiveAsync(queue);
            var told = theirs is null ? "nothing" : Messages.Describe(theirs.Received);
            _script.Add($"receive from {queue}: {told}");
            Assert.Equal(told, ours is null ? "nothing" : Messages.Describe(ours.Received));
            if (theirs is null || ours is null)
            {
                return false;
            }

            _held.Add((theirs, ours));
            return true;
        }

        private Task SettleAsync()
        {
            if (_held.Count == 0)
            {
                return Task.CompletedTask;
            }

            var index = _random.Next(_held.Count);
            var (theirs, ours) = _held[index];
            _held.RemoveAt(index);
            var deadLetter = new DeadLetter(DeadLetterReasons.Rejected, "answered 400", null, 0, 1);
            return _random.Next(4) switch
            {
                0 => BothAsync("abandon", message => message.AbandonAsync(default)),
                1 => BothAsync("dead-letter", message => message.DeadLetterAsync(deadLetter, default)),
                _ => BothAsync("complete", message => message.CompleteAsync(default)),
            };

            async Task BothAsync(string what, Func<IMessageLock, Task> settle)
            {
                _script.Add($"{what} {theirs.Received.Message.EventId} on {theirs.Received.Queue}");
                var (their, our) = (
                    await Record.ExceptionAsync(() => settle(theirs)),
                    await Record.ExceptionAsync(() => settle(ours))
                );
                Assert.Equal(their?.GetType(), our?.GetType());
            }
        }

        private async Task ReplayAsync()
        {
            var most = _random.Next(4);
            _script.Add($"replay {most}");
            Assert.Equal(
                await _bus.ReplayAsync(new ParkedFilter(), most, default),
                await _journal.Bus.ReplayAsync(new ParkedFilter(), most, default)
            );
        }

        private async Task SaveAsync()
        {
            var orderId = $"{_random.Next(5)}";
            var (theirs, ours) = (
                await _ledger.FindAsync(orderId, "duel", default),
                await _journal.Ledger.FindAsync(orderId, "duel", default)
            );
            Assert.Equal(theirs?.Reference, ours?.Reference);
            _script.Add($"save {orderId}");
            var isStale = theirs is not null && _random.Next(4) == 0;
            var saved = Messages.Entry(orderId, "duel", _folder.Time.GetUtcNow()) with
            {
                Reference = $"{_script.Count}",
            };
            Assert.Equal(
                await _ledger.TrySaveAsync(saved with { ETag = isStale ? null : theirs?.ETag }, default),
                await _journal.Ledger.TrySaveAsync(saved with { ETag = isStale ? null : ours?.ETag }, default)
            );
        }

        private Task PassTimeAsync()
        {
            var by = Pick(["00:00:01", "00:04:00", "00:20:00", "10:00:00", "1.00:00:00"]);
            _script.Add($"{by} pass");
            _folder.Time.Advance(TimeSpan.Parse(by, CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        }

        // What the journal refuses never was; a message that could not be settled is anybody's again.
        private async Task FailAsync()
        {
            _script.Add("the disk fails");
            _disk.Room = _random.Next(300);
            _disk.RefusesFlush = true;
            await Assert.ThrowsAsync<BusUnavailableException>(() => _journal.PublishAsync($"refused {_script.Count}"));
            _folder.Time.Advance(JournalLog.FailurePause);
            if (_held.Count > 0)
            {
                var (theirs, ours) = _held[0];
                _held.RemoveAt(0);
                var their = await Record.ExceptionAsync(() => theirs.AbandonAsync(default));
                var our = await Record.ExceptionAsync(() => ours.CompleteAsync(default));
                Assert.Equal(their is null, our is BusUnavailableException);
                _folder.Time.Advance(JournalLog.FailurePause);
            }

            (_disk.Room, _disk.RefusesFlush) = (long.MaxValue, false);
        }

        private async Task CompactAsync()
        {
            _script.Add("compact");
            while (await _journal.Compactor.CompactAsync(default)) { }
        }

        // The journal forgets locks; the bus in memory is told to.
        private async Task RestartAsync()
        {
            _script.Add("restart");
            foreach (var (theirs, _) in _held)
            {
                await Record.ExceptionAsync(() => theirs.AbandonAsync(default));
            }

            _held.Clear();
            _journal.Dispose();
            _journal = _folder.Open(_disk = new FaultyDisk());
        }

        private async Task CompareAsync()
        {
            _script.Add("compare what is parked");
            Assert.Equal(
                (await _bus.ParkedAsync()).Select(parked => parked with { Id = "" }),
                (await _journal.Bus.ParkedAsync()).Select(parked => parked with { Id = "" })
            );
        }

        private string Pick(string[] from) => from[_random.Next(from.Length)];
    }
}
