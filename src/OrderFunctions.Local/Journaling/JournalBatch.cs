using OrderFunctions.Bus;

namespace OrderFunctions.Local.Journaling;

/// <summary>Frames that are written and flushed together. Filled under the journal's gate.</summary>
/// <param name="writer">To a stream in memory that is empty.</param>
internal sealed class JournalBatch(Segment segment, BinaryWriter writer)
{
    private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Action> _undo = [];

    public Segment Segment => segment;

    public int Start { get; } = segment.End;

    public BinaryWriter Writer => writer;

    public ReadOnlySpan<byte> Bytes => Stream.GetBuffer().AsSpan(0, (int)Stream.Length);

    private MemoryStream Stream => (MemoryStream)writer.BaseStream;

    public Task Flushed => _flushed.Task;

    public void WriteMagic()
    {
        writer.Write(Segment.Magic);
        segment.End += Segment.Magic.Length;
    }

    public Location Append(IRecord record, bool hasMore)
    {
        var (start, offset) = ((int)Stream.Length, segment.End);
        writer.Write(stackalloc byte[Frame.HeaderLength]);
        writer.Write((byte)record.Kind);
        record.Write(writer);
        writer.Flush();
        var length = (int)Stream.Length - start;
        Frame.Seal(Stream.GetBuffer().AsSpan(start, length), segment.Number, offset, Start, hasMore);
        segment.End += length;
        return new Location(segment.Number, offset, length);
    }

    public void OnFailure(Action undo) => _undo.Add(undo);

    public void Undo()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            _undo[i]();
        }
    }

    public void Succeed() => _flushed.SetResult();

    public void Fail(BusUnavailableException error) => _flushed.SetException(error);
}
