using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Bus;
using OrderFunctions.Journaling;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Fuzzing;

/// <summary>
/// The journal's files, changed behind its back: it opens with every change that is whole and comes before all damage,
/// unless a whole one comes behind the damage; then it says in a sentence which file is damaged and where, and changes
/// nothing. Only that its oldest files are gone it can't tell: compaction deletes those itself.
/// </summary>
public sealed class JournalTests(ITestOutputHelper output)
{
    private const int Changes = 24;

    // So that there are several of them.
    private const int SegmentBytes = 3000;

    [Fact]
    public async Task Journal_files()
    {
        var history = await History.WriteAsync();
        await new Campaign("journal files", output).RunAsync(
            100,
            random => JournalInput.Damaged(history, random),
            input => CheckAsync(history, input)
        );
    }

    private static async Task<string> CheckAsync(History history, JournalInput input)
    {
        var folder = Directory.CreateTempSubdirectory("fuzz-");
        try
        {
            foreach (var (name, bytes) in input.Files)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder.FullName, name), bytes);
            }

            var whole = history.Changes.TakeWhile(change => change.IsWholeIn(input.Files)).Count();
            var behind = history.Changes.Skip(whole).Any(change => change.IsWholeIn(input.Files));
            try
            {
                var state = await StateOf(folder.FullName);
                Assert.True(
                    state == history.After(whole),
                    $"{whole} changes are whole, but it opens with\n{state}instead of\n{history.After(whole)}"
                );
                Assert.False(behind, "It opens, though whole changes come behind the damage.");
                // What was cut off stays cut off.
                Assert.Equal(state, await StateOf(folder.FullName));
                return whole == Changes ? "opened with all" : "opened with what was whole";
            }
            catch (JournalException error)
            {
                Assert.Matches(@"\.journal.*(offset [0-9]+|is missing)", error.Message);
                Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
                Assert.False(input.IsTorn, $"It does not open, though only its end is missing: {error.Message}");
                Assert.All(
                    input.Files,
                    file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(folder.FullName, file.Key)))
                );
                return "refused";
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> StateOf(string folder)
    {
        using var journal = Open(folder);
        return await StateOf(journal);
    }

    private static async Task<string> StateOf(Journal journal)
    {
        var state = new StringBuilder($"{journal.Counts.Waiting} waiting\n");
        foreach (var parked in (await journal.Bus.ListParkedAsync(new ParkedFilter(), 500, null, default)).Items)
        {
            state.Append($"{parked}\n");
        }

        for (var i = 0; i < Changes; i++)
        {
            foreach (var entry in await journal.Ledger.ListAsync($"o-{i}", default))
            {
                state.Append($"{entry.OrderId} {entry.State} {entry.Reason} {entry.Version}\n");
            }
        }

        return state.ToString();
    }

    private static Journal Open(string folder) =>
        Journal.Open(
            new JournalOptions(folder)
            {
                LedgerRetention = TimeSpan.FromDays(180),
                RememberFor = TimeSpan.FromDays(90),
                CompactsByItself = false,
                SegmentBytes = SegmentBytes,
            },
            new ManualTime(),
            NullLogger<Journal>.Instance
        );

    private static async Task ChangeAsync(Journal journal, int number)
    {
        var noise = string.Concat(
            Enumerable.Range(0, 60 + (number % 5 * 60)).Select(n => (char)('a' + (n * 7919 * (number + 3) % 9973 % 26)))
        );
        var message = new BusMessage($"m-{number}", Encoding.UTF8.GetBytes(noise))
        {
            EventId = $"e-{number}",
            OrderId = $"o-{number}",
        };
        switch (number % 4)
        {
            case 0:
                await journal.Bus.PublishAsync([message with { Providers = ["duel", "retrack"] }], default);
                break;
            case 1:
                await journal.Bus.ScheduleAsync(Entities.Retry, message, DateTimeOffset.UnixEpoch, default);
                break;
            case 2:
                var received = await journal.Receiver.ReceiveAsync(Entities.Retry, default);
                await received.DeadLetterAsync(
                    DeadLetter.Rejected(received.Received.Message, $"Reason {number}."),
                    default
                );
                break;
            default:
                var version = new OrderVersion(DateTimeOffset.UnixEpoch, OrderStatus.Paid, $"e-{number}");
                var entry = new LedgerEntry($"o-{number}", "duel", version, DeliveryState.Delivered) { Reason = noise };
                await journal.Ledger.TrySaveAsync(entry, default);
                break;
        }
    }

    /// <summary>What was written: the files, and of each change where it stands and what was there after it.</summary>
    private sealed record History(IReadOnlyDictionary<string, byte[]> Files, IReadOnlyList<Change> Changes)
    {
        public string After(int changes) => changes == 0 ? "0 waiting\n" : Changes[changes - 1].State;

        public static async Task<History> WriteAsync()
        {
            var folder = Directory.CreateTempSubdirectory("fuzz-");
            try
            {
                using var journal = Open(folder.FullName);
                var changes = new List<Change>();
                var before = Read(folder.FullName);
                for (var i = 0; i < JournalTests.Changes; i++)
                {
                    await ChangeAsync(journal, i);
                    var after = Read(folder.FullName);
                    var pieces = after
                        .Select(file => new Piece(
                            file.Key,
                            before.GetValueOrDefault(file.Key)?.Length ?? 0,
                            file.Value
                        ))
                        .Where(piece => piece.From < piece.Bytes.Length);
                    changes.Add(new Change([.. pieces], await StateOf(journal)));
                    before = after;
                }

                return new History(before, changes);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        private static SortedDictionary<string, byte[]> Read(string folder) =>
            new(
                Directory.GetFiles(folder, "*.journal").ToDictionary(path => Path.GetFileName(path), ReadShared),
                StringComparer.Ordinal
            );

        private static byte[] ReadShared(string path)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
    }

    private sealed record Change(IReadOnlyList<Piece> Pieces, string State)
    {
        public bool IsWholeIn(IReadOnlyDictionary<string, byte[]> files) => Pieces.All(piece => piece.IsWholeIn(files));
    }

    /// <param name="Bytes">The file's, up to the piece's end.</param>
    private sealed record Piece(string File, int From, byte[] Bytes)
    {
        public bool IsWholeIn(IReadOnlyDictionary<string, byte[]> files) =>
            files.TryGetValue(File, out var found)
            && found.Length >= Bytes.Length
            && found.AsSpan(From, Bytes.Length - From).SequenceEqual(Bytes.AsSpan(From));
    }

    private sealed record JournalInput(
        IReadOnlyDictionary<string, byte[]> Files,
        IReadOnlyDictionary<string, byte[]> Whole
    ) : IInput<JournalInput>
    {
        /// <summary>Whether nothing is wrong but that the newest file ends too early, as after a power failure.</summary>
        public bool IsTorn =>
            Files.Count == Whole.Count
            && Whole.All(file =>
                Files.TryGetValue(file.Key, out var here)
                && (
                    file.Key == Whole.Keys.Last()
                        ? file.Value.AsSpan().StartsWith(here)
                        : here.SequenceEqual(file.Value)
                )
            );

        public static JournalInput Damaged(History history, Random random)
        {
            var files = new SortedDictionary<string, byte[]>(history.Files.ToDictionary(), StringComparer.Ordinal);
            for (var changes = random.Next(1, 3); changes > 0; changes--)
            {
                var (name, other) = (random.Pick([.. files.Keys]), random.Pick([.. files.Values]));
                var bytes = files[name];
                files[name] = random.Next(10) switch
                {
                    0 => other,
                    1 => [.. bytes, .. other],
                    2 => [],
                    3 => [.. bytes, .. new byte[random.Next(1, 5000)]],
                    4 => Spliced(bytes, other, random),
                    5 => bytes[..random.Next(bytes.Length + 1)],
                    _ => ByteMutator.Next(bytes, random),
                };
                // Not the oldest.
                if (random.Next(15) == 0 && name != history.Files.Keys.First())
                {
                    files.Remove(name);
                }

                if (random.Next(20) == 0)
                {
                    files[random.Pick(["0000000099.journal", "x.journal", "-1.journal", "99999999999.journal"])] =
                        random.Next(2) == 0 ? [] : other;
                }
            }

            return new JournalInput(files, history.Files);
        }

        // One damage less.
        public IEnumerable<JournalInput> Smaller() =>
            from name in Files.Keys.Union(Whole.Keys).ToList()
            where
                !Whole.TryGetValue(name, out var whole)
                || !Files.TryGetValue(name, out var here)
                || !here.SequenceEqual(whole)
            select this with
            {
                Files = With(name),
            };

        public override string ToString() =>
            string.Concat(
                Files
                    .Keys.Union(Whole.Keys)
                    .Select(name =>
                        !Files.TryGetValue(name, out var here) ? $"{name} is gone\n"
                        : !Whole.TryGetValue(name, out var whole) ? $"{name} is new: {Cuts.Show(here)}\n"
                        : here.SequenceEqual(whole) ? ""
                        : $"{name} differs from offset {here.AsSpan().CommonPrefixLength(whole)} on and has {here.Length} bytes instead of {whole.Length}\n"
                    )
            );

        private SortedDictionary<string, byte[]> With(string name)
        {
            var files = new SortedDictionary<string, byte[]>(Files.ToDictionary(), StringComparer.Ordinal);
            if (Whole.TryGetValue(name, out var whole))
            {
                files[name] = whole;
            }
            else
            {
                files.Remove(name);
            }

            return files;
        }

        private static byte[] Spliced(byte[] into, byte[] from, Random random)
        {
            var (start, at) = (random.Next(from.Length + 1), random.Next(into.Length + 1));
            var piece = from[start..Math.Min(from.Length, start + random.Next(1, 600))];
            return [.. into[..at], .. piece, .. into[Math.Min(into.Length, at + piece.Length)..]];
        }
    }
}
