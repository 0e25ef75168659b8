using System.Globalization;
using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Journaling.Tests;

/// <summary>
/// The journal against the bus and the ledger in memory: whatever is done to both, in whatever order, with restarts,
/// compactions and failing disks in between, they answer the same.
/// </summary>
public sealed class ModelTests
{
    private const int Steps = 400;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_journal_does_what_the_bus_and_the_ledger_in_memory_do()
    {
        var runs = EnvironmentNumber.Of("MODEL_RUNS", 25);
        foreach (var seed in Enumerable.Range(1, runs))
        {
            using var run = new ModelRun(seed);
            try
            {
                await run.RunAsync().WaitAsync(Timeout);
            }
            catch (Exception error)
            {
                Assert.Fail($"Seed {seed}:\n{run}\n{error}");
            }
        }
    }

    private sealed class ModelRun : IDisposable
    {
        private readonly Random _random;
        private readonly JournalFolder _folder = JournalFolder.Make();
        private readonly InMemoryBus _bus;
        private readonly InMemoryLedger _ledger = new();
        private readonly List<(IMessageLock Expected, IMessageLock Actual)> _locks = [];
        private readonly List<string> _steps = [];
        private FaultyDisk _disk = new();
        private Journal _journal;

        public ModelRun(int seed)
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

        public override string ToString() => string.Join('\n', _steps);

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
                < 92 => BringForwardAsync(),
                < 94 => FailAsync(),
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
            _steps.Add($"publish {string.Join(", ", events.Select(message => message.Id))}");
            await _bus.PublishAsync(events, default);
            await _journal.Bus.PublishAsync(events, default);
        }

        private async Task ScheduleAsync()
        {
            var message = Messages.Event($"scheduled {_steps.Count}") with
            {
                Provider = "duel",
                Retries = 1,
                Waits = _random.Next(2),
            };
            var due = _folder.Time.GetUtcNow().AddMinutes(_random.Next(-10, 60));
            _steps.Add($"schedule for {due:u}");
            await _bus.ScheduleAsync("orders-duel", message, due, default);
            await _journal.Bus.ScheduleAsync("orders-duel", message, due, default);
        }

        private async Task BringForwardAsync()
        {
            var due = _folder.Time.GetUtcNow().AddMinutes(_random.Next(3));
            _steps.Add($"bring forward to {due:u}");
            Assert.Equal(
                await _bus.BringForwardAsync("orders-duel", due, default),
                await _journal.Bus.BringForwardAsync("orders-duel", due, default)
            );
        }

        private async Task<bool> ReceiveAsync(string queue)
        {
            var expected = await _bus.TryReceiveAsync(queue);
            var actual = await _journal.TryReceiveAsync(queue);
            var description = expected is null ? "nothing" : Messages.Describe(expected.Received);
            _steps.Add($"receive from {queue}: {description}");
            Assert.Equal(description, actual is null ? "nothing" : Messages.Describe(actual.Received));
            if (expected is null || actual is null)
            {
                return false;
            }

            _locks.Add((expected, actual));
            return true;
        }

        private Task SettleAsync()
        {
            if (_locks.Count == 0)
            {
                return Task.CompletedTask;
            }

            var index = _random.Next(_locks.Count);
            var (expected, actual) = _locks[index];
            _locks.RemoveAt(index);
            var deadLetter = new DeadLetter(DeadLetterReasons.Rejected, "answered 400", null, 0, 1);
            return _random.Next(4) switch
            {
                0 => BothAsync("abandon", message => message.AbandonAsync(default)),
                1 => BothAsync("dead-letter", message => message.DeadLetterAsync(deadLetter, default)),
                _ => BothAsync("complete", message => message.CompleteAsync(default)),
            };

            async Task BothAsync(string what, Func<IMessageLock, Task> settle)
            {
                _steps.Add($"{what} {expected.Received.Message.EventId} on {expected.Received.Queue}");
                var (expectedError, actualError) = (
                    await Record.ExceptionAsync(() => settle(expected)),
                    await Record.ExceptionAsync(() => settle(actual))
                );
                Assert.Equal(expectedError?.GetType(), actualError?.GetType());
            }
        }

        private async Task ReplayAsync()
        {
            var most = _random.Next(4);
            _steps.Add($"replay {most}");
            Assert.Equal(
                await _bus.ReplayAsync(new ParkedFilter(), most, default),
                await _journal.Bus.ReplayAsync(new ParkedFilter(), most, default)
            );
        }

        private async Task SaveAsync()
        {
            var orderId = $"{_random.Next(5)}";
            var (expected, actual) = (
                await _ledger.FindAsync(orderId, "duel", default),
                await _journal.Ledger.FindAsync(orderId, "duel", default)
            );
            Assert.Equal(expected?.Reference, actual?.Reference);
            _steps.Add($"save {orderId}");
            var isStale = expected is not null && _random.Next(4) == 0;
            var saved = Messages.Entry(orderId, "duel", _folder.Time.GetUtcNow()) with
            {
                Reference = $"{_steps.Count}",
            };
            var (mine, its) = (
                await _ledger.TrySaveAsync(saved with { ETag = isStale ? null : expected?.ETag }, default),
                await SaveAsync(saved with { ETag = isStale ? null : actual?.ETag })
            );
            Assert.Equal(mine is null, its is null);
        }

        private Task<LedgerEntry?> SaveAsync(LedgerEntry entry) =>
            _random.Next(2) == 0
                ? _journal.Ledger.TrySaveAsync(entry, default)
                : _journal.Ledger.TryConcludeAsync(entry, default);

        private Task PassTimeAsync()
        {
            var by = Pick(["00:00:01", "00:04:00", "00:20:00", "10:00:00", "1.00:00:00"]);
            _steps.Add($"{by} pass");
            _folder.Time.Advance(TimeSpan.Parse(by, CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        }

        // What the journal refuses never was; a message that could not be settled is anybody's again.
        private async Task FailAsync()
        {
            _steps.Add("the disk fails");
            // What nobody has waited for would be undone as well.
            await _journal.Log.FlushAsync();
            _disk.FreeBytes = _random.Next(300);
            _disk.FailsFlush = true;
            await Assert.ThrowsAsync<BusUnavailableException>(() => _journal.PublishAsync($"refused {_steps.Count}"));
            _folder.Time.Advance(Availability.FailurePause);
            // Whether or not there is room again: what came of them may have been undone.
            if (_random.Next(2) == 0)
            {
                (_disk.FreeBytes, _disk.FailsFlush) = (long.MaxValue, false);
            }

            foreach (var (expected, actual) in _locks)
            {
                var expectedError = await Record.ExceptionAsync(() => expected.AbandonAsync(default));
                var actualError = await Record.ExceptionAsync(() => actual.CompleteAsync(default));
                Assert.True(actualError is BusUnavailableException, $"{expectedError} / {actualError}");
            }

            _locks.Clear();
            _folder.Time.Advance(Availability.FailurePause);
            (_disk.FreeBytes, _disk.FailsFlush) = (long.MaxValue, false);
        }

        private async Task CompactAsync()
        {
            _steps.Add("compact");
            while (await _journal.Compactor.CompactAsync(default)) { }
        }

        // The journal forgets locks; the bus in memory is told to.
        private async Task RestartAsync()
        {
            _steps.Add("restart");
            foreach (var (expected, _) in _locks)
            {
                await Record.ExceptionAsync(() => expected.AbandonAsync(default));
            }

            _locks.Clear();
            _journal.Dispose();
            _journal = _folder.Open(_disk = new FaultyDisk());
        }

        private async Task CompareAsync()
        {
            _steps.Add("compare what is parked, and how many wait");
            string[] providers = ["duel", "retrack", "katalys"];
            Assert.Equal(await _bus.CountAsync(providers, default), await _journal.Bus.CountAsync(providers, default));
            Assert.Equal(
                (await _bus.ParkedAsync()).Select(parked => parked with { Id = "" }),
                (await _journal.Bus.ParkedAsync()).Select(parked => parked with { Id = "" })
            );
        }

        private string Pick(string[] from) => from[_random.Next(from.Length)];
    }
}
