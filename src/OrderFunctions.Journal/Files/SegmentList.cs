namespace OrderFunctions.Journaling.Files;

/// <summary>
/// The journal's segments: frames are appended to the last, compaction deletes the first. Recovery fills the list;
/// from then on every member but <see cref="Dispose"/> is called under the gate.
/// </summary>
internal sealed class SegmentList(string folder, TimeProvider timeProvider) : IDisposable
{
    private readonly SortedDictionary<int, Segment> _segments = [];
    private TaskCompletionSource _started = NewSignal();

    public string Folder => folder;

    /// <summary>The one that frames are appended to.</summary>
    public Segment Last { get; private set; } = null!;

    public Segment this[int number] => _segments[number];

    /// <summary>All bytes of the journal.</summary>
    public long Length => _segments.Values.Sum(segment => (long)segment.End);

    /// <summary>Completes when the next segment is started.</summary>
    public Task Started => _started.Task;

    /// <summary>The oldest segment, and since when nothing was added to it; null where it is the only one.</summary>
    public (Segment Segment, DateTimeOffset FullSince)? Oldest() =>
        _segments.Values.Take(2).ToList() is [var oldest, var next] ? (oldest, next.CreatedAt) : null;

    public IEnumerable<Segment> Before(Segment segment) =>
        _segments.Values.TakeWhile(each => each.Number < segment.Number);

    /// <summary>Adds a segment that was found in the folder.</summary>
    public void Add(Segment segment) => _segments.Add(segment.Number, segment);

    public void Remove(Segment segment) => _segments.Remove(segment.Number);

    /// <summary>Lets frames be appended to the last segment that was found, or to the first of a new journal.</summary>
    public void BeginAppending()
    {
        Last = _segments.Count == 0 ? NewSegment(1, previousEnd: 0) : _segments.Values.Last();
        _segments[Last.Number] = Last;
    }

    /// <summary>Starts the next segment. Its file is made with the first write.</summary>
    public void StartNext()
    {
        // What can throw comes before the first change.
        var (next, nextStarted) = (NewSegment(Last.Number + 1, Last.End), NewSignal());
        _segments.Add(next.Number, next);
        var started = _started;
        (Last, _started) = (next, nextStarted);
        started.SetResult();
    }

    /// <summary>Forgets all that is not on disk, and with it the segments that were started behind it.</summary>
    /// <param name="segment">The first with something that is not on disk.</param>
    public void RollBackTo(Segment segment)
    {
        Last = segment;
        segment.End = segment.Flushed;
        foreach (var later in _segments.Keys.Where(number => number > segment.Number).ToList())
        {
            _segments.Remove(later);
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (var segment in _segments.Values)
        {
            segment.File?.Dispose();
        }
    }

    private Segment NewSegment(int number, int previousEnd) =>
        new(folder, number) { CreatedAt = timeProvider.GetUtcNow(), PreviousEnd = previousEnd };

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
