using System.Buffers;
using OrderFunctions.Bus;
using OrderFunctions.Journaling.Records;

namespace OrderFunctions.Journaling.Files;

/// <summary>
/// The files of the journal: appends frames in batches that share one flush, and reads them back. Knows nothing of
/// what they mean. What a change does in memory is done under <see cref="Gate"/> together with its append, and taken
/// back if the disk fails, so that memory and disk always tell the same story. Where that can't be kept up, because of
/// an exception in the middle, the journal stops: what is on disk is whole, and the next start goes on from there.
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
    private readonly TaskCompletionSource _stopped = NewSignal();
    private readonly Thread _writer;
    private Segment _active;
    private JournalBatch? _filling;
    private BinaryWriter? _spare;
    private TaskCompletionSource _rolled = NewSignal();
    private bool _isClosed;
    private Exception? _failure;
    private Exception? _defect;
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
        _active = segments.Count == 0 ? NewSegment(1, before: 0) : segments.Values.Last();
        _segments[_active.Number] = _active;
        _writer = new Thread(Write) { IsBackground = true, Name = "journal" };
    }

    /// <summary>Guards the offsets here and the state that is built on them.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Completes when the journal stops before it is disposed of: it takes nothing any more.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>How often changes were taken back because the disk failed. Under the gate.</summary>
    public int Failures { get; private set; }

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

    /// <summary>Appends the records of one change and does it in memory: all of it or nothing. Under the gate.</summary>
    /// <param name="apply">Does it in memory; told where each record will stand.</param>
    /// <param name="undo">Takes it back in memory; called under the gate if the disk fails.</param>
    /// <returns>Completes once it is on disk for good; fails once it is taken back. To be awaited outside the gate.</returns>
    /// <exception cref="BusUnavailableException">The disk is full or fails, or the journal has stopped.</exception>
    public Task Append(IReadOnlyList<IRecord> change, Action<IReadOnlyList<Location>> apply, Action undo)
    {
        ThrowIfUnavailable();
        if (_active.End >= _options.SegmentBytes)
        {
            Roll();
        }

        // Up to here, and in here, an exception leaves everything as it was.
        var batch = _filling ??= NewBatch();
        var locations = batch.Encode(change);
        Apply(() =>
        {
            apply(locations);
            batch.Add(undo);
        });
        return batch.Flushed;
    }

    /// <summary>Appends a change of one record.</summary>
    /// <inheritdoc cref="Append(IReadOnlyList{IRecord}, Action{IReadOnlyList{Location}}, Action)"/>
    public Task Append(IRecord change, Action<Location> apply, Action undo) =>
        Append([change], locations => apply(locations[0]), undo);

    /// <summary>Changes memory alone. Under the gate. An exception stops the journal: half a change can't be built on.</summary>
    /// <exception cref="BusUnavailableException">The journal has stopped.</exception>
    public void Apply(Action change)
    {
        try
        {
            change();
        }
        catch (Exception error)
        {
            Stop(error);
            throw StoppedBy(error);
        }
    }

    /// <summary>Begins another segment if something was added to this one before. Under the gate.</summary>
    public void RollIfOlderThan(DateTimeOffset time)
    {
        if (_active.End > 0 && _active.CreatedAt < time)
        {
            Roll();
        }
    }

    /// <summary>Throws while the disk is full or fails, and once the journal has stopped. Under the gate.</summary>
    public void ThrowIfUnavailable()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        ThrowIfStopped();
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
            return Append(_failure is null ? [] : [new NothingRecord()], _ => { }, () => { });
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
                ThrowIfStopped();
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

    /// <summary>Every frame of a segment that is full and flushed.</summary>
    public IEnumerable<(Frame Frame, ReadOnlyMemory<byte> Data)> ReadSegment(int number)
    {
        Segment segment;
        lock (Gate)
        {
            segment = _segments[number];
        }

        var length = segment.Flushed;
        var bytes = segment.Rent(length);
        try
        {
            for (var offset = Segment.Magic.Length; offset < length; )
            {
                var frame = segment.FrameAt(bytes.AsSpan(0, length), offset);
                yield return (frame, frame.DataIn(bytes));
                offset += frame.Location.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Deletes a segment whose live records were copied, unless <see cref="Failures"/> has grown since.</summary>
    /// <returns>How many bytes the journal has left; null: it was not deleted.</returns>
    /// <exception cref="BusUnavailableException">The journal has stopped.</exception>
    public long? TryDelete(int number, int failures)
    {
        Segment segment;
        long length;
        lock (Gate)
        {
            ThrowIfStopped();
            if (Failures != failures)
            {
                return null;
            }

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

    private static BusUnavailableException StoppedBy(Exception defect) =>
        new($"The journal has stopped and takes nothing before the next start: {defect.Message}", defect);

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
        var (next, rolled, signal) = (NewSegment(_active.Number + 1, _active.End), _rolled, NewSignal());
        _segments.Add(next.Number, next);
        (_active, _filling, _rolled) = (next, null, signal);
        rolled.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Segment NewSegment(int number, int before) =>
        new(_options.Folder, number) { CreatedAt = _timeProvider.GetUtcNow(), Before = before };

    private JournalBatch NewBatch()
    {
        var batch = new JournalBatch(_active, _spare ?? new BinaryWriter(new MemoryStream()));
        _spare = null;
        _batches.Enqueue(batch);
        _work.Release();
        return batch;
    }

    // The writer's thread: one batch after another, while the next one fills.
    private void Write()
    {
        try
        {
            while (Next() is { } batch)
            {
                WriteOrTakeBack(batch);
            }
        }
#pragma warning disable CA1031 // Whatever it was, nothing would be written any more: say so, and keep nobody waiting.
        catch (Exception error)
        {
            Stop(error);
        }
#pragma warning restore CA1031

        // None are left unless it has stopped.
        lock (Gate)
        {
            foreach (var batch in _batches)
            {
                batch.Fail(StoppedBy(_defect!));
            }

            _batches.Clear();
        }
    }

    // Null: there is nothing more to write.
    private JournalBatch? Next()
    {
        while (true)
        {
            _work.Wait();
            lock (Gate)
            {
                if (_defect is not null)
                {
                    return null;
                }

                if (_batches.TryPeek(out var batch))
                {
                    _filling = _filling == batch ? null : _filling;
                    return batch;
                }

                if (_isClosed)
                {
                    return null;
                }
            }
        }
    }

    private void WriteOrTakeBack(JournalBatch batch)
    {
        try
        {
            Write(batch);
        }
#pragma warning disable CA1031 // Whatever it was, the batch may not be on disk, and can be taken back.
        catch (Exception error)
        {
            TakeBack(error);
            return;
        }
#pragma warning restore CA1031

        Succeed(batch);
    }

    private void Write(JournalBatch batch)
    {
        var segment = batch.Segment;
        if (_failure is not null || segment.File is null || batch.Bytes.IsEmpty)
        {
            VerifyOthers(segment);
        }

        if (segment.IsTorn)
        {
            _disk.Truncate(segment.File!, segment.Flushed);
        }

        if (!batch.Bytes.IsEmpty)
        {
            segment.File ??= _disk.Open(segment.Path);
            segment.IsTorn = true;
            _disk.Write(segment.File, batch.Bytes, batch.Start);
            _disk.Flush(segment.File);
        }

        if (segment.File is not null)
        {
            _disk.Verify(segment.Path, batch.Start + batch.Bytes.Length);
            segment.IsTorn = false;
        }
    }

    // Nothing is written to them any more. Under the gate, so that none is deleted meanwhile.
    private void VerifyOthers(Segment written)
    {
        lock (Gate)
        {
            foreach (var segment in _segments.Values.Where(segment => segment.Number < written.Number))
            {
                _disk.Verify(segment.Path, segment.End);
            }
        }
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

        try
        {
            if (isBack)
            {
                _messages.Available();
            }
        }
        finally
        {
            batch.Succeed();
        }
    }

    // What waits behind the failed batch was built on it, so all of it is taken back, the newest first.
    private void TakeBack(Exception error)
    {
        List<JournalBatch> failed;
        bool isNew;
        lock (Gate)
        {
            failed = [.. _batches];
            isNew = _failure is null;
            (_failure, _retryAt) = (error, _timeProvider.GetUtcNow() + FailurePause);
            Failures++;
            foreach (var batch in Enumerable.Reverse(failed))
            {
                batch.Undo();
            }

            _batches.Clear();
            _filling = null;
            _active = failed[0].Segment;
            _active.End = _active.Flushed;
            foreach (var later in _segments.Keys.Where(number => number > _active.Number).ToList())
            {
                _segments.Remove(later);
            }
        }

        try
        {
            if (isNew)
            {
                _messages.Unavailable(error, _options.Folder);
            }

            TakeBackTornBytes(_active);
        }
        finally
        {
            failed.ForEach(batch => batch.Fail(Unavailable(error)));
        }
    }

    // Memory may be half changed, so nothing may be built on it. What is on disk is whole, and is read at the next start.
    private void Stop(Exception defect)
    {
        lock (Gate)
        {
            _defect ??= defect;
        }

        try
        {
            _messages.Stopped(defect);
        }
        finally
        {
            _work.Release();
            _stopped.TrySetResult();
        }
    }

    private void ThrowIfStopped()
    {
        if (_defect is not null)
        {
            throw StoppedBy(_defect);
        }
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
