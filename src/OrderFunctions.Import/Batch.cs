namespace OrderFunctions.Import;

/// <summary>The lines after a checkpoint that go into its next batch, and those of them that can't be sent at all.</summary>
internal sealed class BatchAssembly(Checkpoint before)
{
    // Lines that are blank or refused add nothing to the batch; so many of them make a checkpoint all the same.
    private const long MostBytesRead = 64 * 1024 * 1024;
    private const int MostRefused = 5000;

    private readonly List<BatchLine> _lines = [];
    private readonly List<RefusedLine> _refused = [];
    private long _number = before.Line;
    private long _read = before.Read;
    private int _bytes = 1;

    public Batch Batch => new(_lines);

    public IReadOnlyList<RefusedLine> Refused => _refused;

    /// <summary>Where the next batch begins.</summary>
    public long Offset { get; private set; } = before.Offset;

    /// <summary>Whether a line belongs to the next batch.</summary>
    public bool IsFull(Line next, int mostLines, int mostBytes) =>
        _lines.Count >= mostLines
        || _refused.Count >= MostRefused
        || (_lines.Count > 0 && _bytes + next.Length + 1 > mostBytes)
        || Offset - before.Offset > MostBytesRead;

    public void Add(Line line)
    {
        (Offset, _number) = (line.End, line.Number);
        if (line.IsBlank)
        {
            return;
        }

        _read++;
        if (line.Problem() is { } problem)
        {
            _refused.Add(RefusedLine.Because(line.Number, problem));
            return;
        }

        _lines.Add(new BatchLine(line.Number, line.Text.ToArray()));
        _bytes += line.Text.Length + 1;
    }

    /// <summary>The next checkpoint, but for what is on disk.</summary>
    public Checkpoint After(BatchOutcome outcome) =>
        before with
        {
            Offset = Offset,
            Line = _number,
            Read = _read,
            Accepted = before.Accepted + outcome.Accepted,
            Refused = before.Refused + _refused.Count + outcome.Refused.Count,
            Providers = [.. before.Providers.Union(outcome.Providers)],
        };
}

/// <summary>Lines that are sent together.</summary>
internal sealed record Batch(IReadOnlyList<BatchLine> Lines)
{
    /// <summary>The lines as one JSON array.</summary>
    public byte[] ToJson()
    {
        var json = new byte[Lines.Sum(line => line.Json.Length + 1) + 1];
        var at = 0;
        foreach (var line in Lines)
        {
            json[at] = at == 0 ? (byte)'[' : (byte)',';
            line.Json.CopyTo(json, at + 1);
            at += line.Json.Length + 1;
        }

        json[at] = (byte)']';
        return json;
    }

    public IReadOnlyList<Batch> Halves() =>
        [new Batch([.. Lines.Take(Lines.Count / 2)]), new Batch([.. Lines.Skip(Lines.Count / 2)])];
}

/// <param name="Number">The line's, from 1.</param>
internal sealed record BatchLine(long Number, byte[] Json);

/// <summary>What became of a batch's lines.</summary>
/// <param name="Providers">All that an accepted event of it goes to.</param>
internal sealed record BatchOutcome(
    int Accepted,
    IReadOnlyList<RefusedLine> Refused,
    IReadOnlyCollection<string> Providers
);
