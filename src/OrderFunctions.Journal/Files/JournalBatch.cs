using OrderFunctions.Bus;
using OrderFunctions.Journaling.Records;

namespace OrderFunctions.Journaling.Files;

/// <summary>Frames that are written and flushed together. Filled under the journal's gate.</summary>
/// <param name="writer">To a stream in memory that is empty.</param>
internal sealed class JournalBatch(Segment segment, BinaryWriter writer)
{
    private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Action> _undo = [];

    // What counts of the stream. Behind it stands the change that is being encoded, or what an exception left of one.
    private int _length;

    public Segment Segment => segment;

    public int Start { get; } = segment.End;

    public BinaryWriter Writer => writer;

    public ReadOnlySpan<byte> Bytes => Stream.GetBuffer().AsSpan(0, _length);

    private MemoryStream Stream => (MemoryStream)writer.BaseStream;

    public Task Flushed => _flushed.Task;

    /// <summary>Writes a change's frames behind the batch. They are no part of it before <see cref="Add"/>.</summary>
    /// <returns>Where each record will stand.</returns>
    public IReadOnlyList<Location> Encode(IReadOnlyList<IRecord> change)
    {
        Stream.SetLength(_length);
        if (segment.End == 0 && change.Count > 0)
        {
            writer.Write(Segment.Magic);
            Encode(new SegmentRecord(segment.PreviousEnd, segment.CreatedAt), hasMore: false);
        }

        var locations = new Location[change.Count];
        for (var i = 0; i < locations.Length; i++)
        {
            locations[i] = Encode(change[i], hasMore: i < locations.Length - 1);
        }

        return locations;
    }

    /// <summary>Adds the change that was encoded last.</summary>
    /// <param name="undo">Undoes it in memory.</param>
    public void Add(Action undo)
    {
        _undo.Add(undo);
        segment.End += (int)Stream.Length - _length;
        _length = (int)Stream.Length;
    }

    public void Undo()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            _undo[i]();
        }
    }

    public void Succeed() => _flushed.SetResult();

    public void Fail(BusUnavailableException error) => _flushed.SetException(error);

    private Location Encode(IRecord record, bool hasMore)
    {
        var start = (int)Stream.Length;
        var offset = Start + start;
        writer.Write(stackalloc byte[Frame.HeaderLength]);
        writer.Write((byte)record.Kind);
        record.Write(writer);
        writer.Flush();
        var length = (int)Stream.Length - start;
        Frame.Seal(Stream.GetBuffer().AsSpan(start, length), segment.Number, offset, Start, hasMore);
        return new Location(segment.Number, offset, length);
    }
}
