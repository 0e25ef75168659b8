namespace OrderFunctions.Import;

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
