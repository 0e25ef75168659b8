using System.Buffers;
using OrderFunctions.Bus;

namespace OrderFunctions.Local.Journaling;

/// <summary>
/// The files of the journal: appends frames in batches that share one flush, and reads them back. Knows nothing of
/// what they mean. What a change does in memory is done under <see cref="Gate"/> together with its append, and taken
/// back if the disk fails, so that memory and disk always tell the same story.
/// </summary>
internal sealed class JournalLog : IDisposable
{
    /// <summary>How long after a failure the disk is left alone.</summary>
    public static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private const int MostSpareBytes = 4 * 1024 * 1024;
    private readonly JournalOptions _options;
    private readonly Disk _disk;
    private readonly TimeProvider _timeProvider;
    private readonly JournalMessages _messages;
    private readonly FolderLock _lock;
    private readonly SortedDictionary<int, Segment> _segments;
    private readonly Queue<JournalBatch> _batches = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Thread _writer;
    private Segment _active;
    private JournalBatch? _filling;
    private BinaryWriter? _spare;
    private TaskCompletionSource _rolled = NewSignal();
    private bool _isInRun;
    private bool _isClosed;
    private Exception? _failure;
    private DateTimeOffset _retryAt;

    private JournalLog(
        JournalOptions options,
        Disk disk,
        TimeProvider timeProvider,
        JournalMessages messages,
        FolderLock @lock,
        SortedDictionary<int, Segment> segments
    )
    {
        (_options, _disk, _timeProvider, _messages) = (options, disk, timeProvider, messages);
        (_lock, _segments) = (@lock, segments);
        _active = segments.Count == 0 ? NewSegment(1) : segments.Values.Last();
        _segments[_active.Number] = _active;
        _writer = new Thread(Write) { IsBackground = true, Name = "journal" };
    }

    /// <summary>Guards the offsets here and the state that is built on them.</summary>
    public Lock Gate { get; } = new();

    /// <summary>All bytes of the journal. Under the gate.</summary>
    public long Length => _segments.Values.Sum(segment => (long)segment.End);

    /// <summary>Completes once all that was appended so far is on disk for good. Taken under the gate, awaited outside.</summary>
    public Task Flushed => _batches.Count == 0 ? Task.CompletedTask : _batches.Last().Flushed;

    /// <summary>Completes when the next segment is begun. Under the gate.</summary>
    public Task Rolled => _rolled.Task;

    /// <summary>Reads the whole journal, frame by frame, and makes it ready for more.</summary>
    /// <exception cref="JournalException">Another process has the folder, or the journal is damaged.</exception>
    public static JournalLog Open(
        JournalOptions options,
        Disk disk,
        TimeProvider timeProvider,
        JournalMessages messages,
        Action<RecordKind, ReadOnlyMemory<byte>, Location> replay
    )
    {
        var folderLock = FolderLock.Take(options.Folder, timeProvider);
        var segments = new SortedDictionary<int, Segment>();
        try
        {
            new Recovery(options.Folder, disk, messages, replay).Run(segments);
            var log = new JournalLog(options, disk, timeProvider, messages, folderLock, segments);
            log._writer.Start();
            return log;
        }
        catch
        {
            Close(segments.Values, folderLock);
            throw;
        }
    }

    /// <summary>Appends a frame. Under the gate, together with <see cref="CommitAsync"/>.</summary>
    /// <param name="hasMore">Whether the next frame belongs to the same change: both are recovered, or neither.</param>
    /// <exception cref="BusUnavailableException">The disk is full or fails; nothing was appended.</exception>
    public Location Append(IRecord record, bool hasMore = false)
    {
        ThrowIfUnavailable();
        if (!_isInRun && _active.End >= _options.SegmentBytes)
        {
            Roll();
        }

        _isInRun = hasMore;
        return (_filling ??= NewBatch()).Append(record, hasMore);
    }

    /// <summary>Begins another segment if something was added to this one before. Under the gate.</summary>
    public void RollIfOlderThan(DateTimeOffset time)
    {
        if (_active.End > 0 && _active.CreatedAt < time)
        {
            Roll();
        }
    }

    /// <summary>Completes once what was just appended is on disk for good. Called under the gate, awaited outside.</summary>
    /// <param name="undo">Takes it back in memory; called under the gate if the disk fails.</param>
    /// <exception cref="BusUnavailableException">The disk failed, and all was taken back.</exception>
    public Task CommitAsync(Action undo)
    {
        _filling!.OnFailure(undo);
        return _filling.Flushed;
    }

    /// <summary>Throws while the disk is full or fails. Under the gate.</summary>
    public void ThrowIfUnavailable()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_failure is not null && _timeProvider.GetUtcNow() < _retryAt)
        {
            throw Unavailable(_failure);
        }
    }

    /// <summary>Throws unless something can be written now. Writes only if the last write failed.</summary>
    public Task CheckAsync()
    {
        lock (Gate)
        {
            ThrowIfUnavailable();
            if (_failure is null)
            {
                return Task.CompletedTask;
            }

            Append(new NothingRecord());
            return Flushed;
        }
    }

    /// <summary>The data of a frame.</summary>
    /// <param name="find">Where it stands now, called under the gate; null: it is gone.</param>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(Func<Location?> find)
    {
        while (true)
        {
            Location location;
            Segment segment;
            Task pending;
            lock (Gate)
            {
                if (find() is not { } found)
                {
                    return null;
                }

                (location, segment) = (found, _segments[found.Segment]);
                pending = found.Offset < segment.Flushed ? Task.CompletedTask : Flushed;
            }

            await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!pending.IsCompletedSuccessfully)
            {
                // It was taken back; what was before it is there again.
                continue;
            }

            try
            {
                return Read(segment, location);
            }
            catch (ObjectDisposedException)
            {
                // Compaction has moved it since, and deleted the segment: look again.
            }
        }
    }

    /// <summary>The data of a frame that does not move now.</summary>
    public ReadOnlyMemory<byte> Read(Location location) => Read(_segments[location.Segment], location);

    /// <summary>The oldest segment, and since when nothing was added to it; null where it is the only one. Under the gate.</summary>
    public (int Number, DateTimeOffset FullSince)? Oldest() =>
        _segments.Values.Take(2).ToList() is [var oldest, var next] ? (oldest.Number, next.CreatedAt) : null;

    /// <summary>Every frame of a segment that is full.</summary>
    public IEnumerable<(Frame Frame, ReadOnlyMemory<byte> Data)> ReadSegment(int number)
    {
        Segment segment;
        lock (Gate)
        {
            segment = _segments[number];
        }

        var bytes = segment.Rent(segment.Flushed);
        try
        {
            for (var offset = Segment.Magic.Length; offset < segment.Flushed; )
            {
                var frame = segment.FrameAt(bytes.AsSpan(0, segment.Flushed), offset);
                yield return (frame, frame.DataIn(bytes));
                offset += frame.Location.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Deletes a segment of which nothing is needed any more.</summary>
    /// <returns>How many bytes the journal has left.</returns>
    public long Delete(int number)
    {
        Segment segment;
        long length;
        lock (Gate)
        {
            segment = _segments[number];
            _segments.Remove(number);
            length = Length;
        }

        segment.File?.Dispose();
        _disk.Delete(segment.Path);
        return length;
    }

    /// <summary>Writes what was appended, and frees the folder.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            _isClosed = true;
        }

        _work.Release();
        _writer.Join();
        Close(_segments.Values, _lock);
        _work.Dispose();
        _spare?.Dispose();
    }

    private static ReadOnlyMemory<byte> Read(Segment segment, Location location)
    {
        var bytes = new byte[location.Length];
        segment.Read(bytes, location.Offset);
        return Frame.Read(bytes, location.Segment, location.Offset) is not null
            ? bytes.AsMemory(Frame.DataOffset)
            : throw new IOException($"{segment.Path} is damaged at offset {location.Offset}.");
    }

    private static BusUnavailableException Unavailable(Exception error) =>
        new($"The journal can't be written: {error.Message}", error);

    private static void Close(IEnumerable<Segment> segments, FolderLock folderLock)
    {
        foreach (var segment in segments)
        {
            segment.File?.Dispose();
        }

        folderLock.Dispose();
    }

    private void Roll()
    {
        _active = NewSegment(_active.Number + 1);
        _segments.Add(_active.Number, _active);
        _filling = null;
        _rolled.SetResult();
        _rolled = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Segment NewSegment(int number) => new(_options.Folder, number) { CreatedAt = _timeProvider.GetUtcNow() };

    private JournalBatch NewBatch()
    {
        var batch = new JournalBatch(_active, _spare ?? new BinaryWriter(new MemoryStream()));
        _spare = null;
        if (_active.End == 0)
        {
            batch.WriteMagic();
            var before = _segments.GetValueOrDefault(_active.Number - 1)?.End ?? 0;
            batch.Append(new SegmentRecord(before, _active.CreatedAt), hasMore: false);
        }

        _batches.Enqueue(batch);
        _work.Release();
        return batch;
    }

    // The writer's thread: one batch after another, while the next one fills.
    private void Write()
    {
        while (true)
        {
            _work.Wait();
            JournalBatch? batch;
            lock (Gate)
            {
                if (!_batches.TryPeek(out batch))
                {
                    if (_isClosed)
                    {
                        return;
                    }

                    continue;
                }

                _filling = _filling == batch ? null : _filling;
            }

            try
            {
                Write(batch);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Fail(error);
                continue;
            }

            Succeed(batch);
        }
    }

    private void Write(JournalBatch batch)
    {
        var segment = batch.Segment;
        segment.File ??= _disk.Open(segment.Path);
        if (segment.IsTorn)
        {
            _disk.Truncate(segment.File, segment.Flushed);
        }

        segment.IsTorn = true;
        _disk.Write(segment.File, batch.Bytes, batch.Start);
        _disk.Flush(segment.File);
        segment.IsTorn = false;
    }

    private void Succeed(JournalBatch batch)
    {
        bool isBack;
        lock (Gate)
        {
            _batches.Dequeue();
            batch.Segment.Flushed = batch.Start + batch.Bytes.Length;
            isBack = _failure is not null;
            _failure = null;
            if (batch.Bytes.Length <= MostSpareBytes)
            {
                _spare = batch.Writer;
                _spare.BaseStream.SetLength(0);
            }
        }

        if (isBack)
        {
            _messages.Available();
        }

        batch.Succeed();
    }

    // What waits behind the failed batch was built on it, so all of it is taken back, the newest first.
    private void Fail(Exception error)
    {
        List<JournalBatch> failed;
        bool isNew;
        lock (Gate)
        {
            isNew = _failure is null;
            (_failure, _retryAt) = (error, _timeProvider.GetUtcNow() + FailurePause);
            failed = [.. _batches];
            _batches.Clear();
            _filling = null;
            foreach (var batch in Enumerable.Reverse(failed))
            {
                batch.Undo();
            }

            _active = failed[0].Segment;
            _active.End = _active.Flushed;
            foreach (var later in _segments.Keys.Where(number => number > _active.Number).ToList())
            {
                _segments.Remove(later);
            }
        }

        if (isNew)
        {
            _messages.Unavailable(error, _options.Folder);
        }

        TakeBackTornBytes(_active);
        failed.ForEach(batch => batch.Fail(Unavailable(error)));
    }

    // Nobody was told that these bytes count, so they should not come back with the next start. If that fails too,
    // the next write begins with it.
    private void TakeBackTornBytes(Segment segment)
    {
        if (segment is not { IsTorn: true, File: { } file })
        {
            return;
        }

        try
        {
            _disk.Truncate(file, segment.Flushed);
            segment.IsTorn = false;
        }
        catch (IOException error)
        {
            _messages.Unavailable(error, _options.Folder);
        }
    }
}
