using OrderFunctions.Bus;
using OrderFunctions.Journaling.Records;

namespace OrderFunctions.Journaling.Files;

/// <summary>
/// An append-only log in one folder; it knows nothing of what its records mean. What a change does in memory is done
/// under <see cref="Gate"/> together with its append, and undone if the disk fails, so that memory and disk always
/// agree. Where that can't be kept up, because of an exception in the middle, the journal stops: what is on disk is
/// whole, and the next start goes on from there.
/// </summary>
internal sealed class JournalLog : IDisposable
{
    private readonly int _segmentBytes;
    private readonly Disk _disk;
    private readonly FolderLock _lock;
    private readonly TimeProvider _timeProvider;
    private readonly SegmentList _segments;
    private readonly Availability _availability;
    private readonly BatchWriter _writer;

    private JournalLog(
        SegmentList segments,
        int segmentBytes,
        Disk disk,
        TimeProvider timeProvider,
        JournalDiagnostics diagnostics,
        FolderLock @lock
    )
    {
        (_segments, _segmentBytes, _disk, _lock, _timeProvider) = (segments, segmentBytes, disk, @lock, timeProvider);
        _availability = new Availability(timeProvider);
        var files = new SegmentWriter(disk, Gate, segments);
        _writer = new BatchWriter(Gate, segments, files, _availability, diagnostics);
    }

    /// <summary>Guards the segments' offsets and the state that is built on them.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Completes when the journal stops before it is disposed of: it takes nothing any more.</summary>
    public Task Stopped => _availability.Stopped;

    /// <summary>How often changes were rolled back because the disk failed. Under the gate.</summary>
    public int Rollbacks => _writer.Rollbacks;

    /// <summary>Whether the last write failed. Under the gate.</summary>
    public bool IsFailing => _availability.IsFailing;

    /// <summary>All bytes of the journal. Under the gate.</summary>
    public long Length => _segments.Length;

    /// <summary>Completes once all that was appended so far is on disk for good. Taken under the gate, awaited outside.</summary>
    public Task Flushed => _writer.Flushed;

    /// <summary>Completes when the next segment is started. Under the gate.</summary>
    public Task SegmentStarted => _segments.Started;

    /// <summary>Reads the whole journal, frame by frame, and makes it ready for more.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="segmentBytes">How large a segment grows before the next is started.</param>
    /// <param name="load">Gets each record of the journal, in order.</param>
    /// <exception cref="JournalException">Another process has the folder, or the journal is damaged.</exception>
    public static JournalLog Open(
        string folder,
        int segmentBytes,
        Disk disk,
        TimeProvider timeProvider,
        JournalDiagnostics diagnostics,
        Action<RecordKind, ReadOnlyMemory<byte>, Location> load
    )
    {
        var folderLock = FolderLock.Take(folder, timeProvider);
        var segments = new SegmentList(folder, timeProvider);
        try
        {
            new Recovery(segments, disk, diagnostics, load).Run();
            var log = new JournalLog(segments, segmentBytes, disk, timeProvider, diagnostics, folderLock);
            log._writer.Start();
            return log;
        }
        catch
        {
            segments.Dispose();
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Appends the records of one change and does it in memory: all of it or nothing. Under the gate.</summary>
    /// <param name="apply">Does it in memory; told where each record will stand.</param>
    /// <param name="undo">Undoes it in memory; called under the gate if the disk fails.</param>
    /// <returns>Completes once it is on disk for good; fails once it is undone. To be awaited outside the gate.</returns>
    /// <exception cref="BusUnavailableException">The disk is full or fails, or the journal has stopped.</exception>
    public Task Append(IReadOnlyList<IRecord> change, Action<IReadOnlyList<Location>> apply, Action undo)
    {
        _availability.ThrowIfUnavailable();
        if (_segments.Last.End >= _segmentBytes)
        {
            _segments.StartNext();
        }

        // Up to here, and in here, an exception leaves everything as it was.
        var batch = _writer.BatchFor(_segments.Last);
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
            _writer.Stop(error);
            throw Availability.HasStopped(error);
        }
    }

    /// <summary>Throws while the disk is full or fails, and once the journal has stopped. Under the gate.</summary>
    /// <exception cref="BusUnavailableException">It does.</exception>
    public void ThrowIfUnavailable() => _availability.ThrowIfUnavailable();

    /// <summary>Throws unless something can be written now. Writes only if the last write failed.</summary>
    public Task CheckAsync()
    {
        lock (Gate)
        {
            return Append(_availability.IsFailing ? [new ProbeRecord()] : [], _ => { }, () => { });
        }
    }

    /// <summary>Returns once all that was appended so far is on disk for good.</summary>
    /// <exception cref="BusUnavailableException">Some of it was rolled back, or the journal has stopped.</exception>
    public async Task FlushAsync()
    {
        Task flushed;
        lock (Gate)
        {
            flushed = Flushed;
        }

        await flushed;
    }

    /// <summary>The data of a frame, once it is on disk for good.</summary>
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
                _availability.ThrowIfStopped();
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
                // It was rolled back; what was before it is there again.
                continue;
            }

            try
            {
                return segment.ReadData(location);
            }
            catch (ObjectDisposedException)
            {
                // Compaction has moved it since, and deleted the segment: look again.
            }
        }
    }

    /// <summary>The data of a frame that does not move now. Under the gate.</summary>
    public ReadOnlyMemory<byte> Read(Location location) => _segments[location.Segment].ReadData(location);

    /// <summary>Starts another segment if something was added to the last one before. Under the gate.</summary>
    public void StartSegmentIfOlderThan(DateTimeOffset time)
    {
        if (_segments.Last.End > 0 && _segments.Last.CreatedAt < time)
        {
            _segments.StartNext();
        }
    }

    /// <summary>The oldest segment, and since when nothing was added to it; null where it is the only one. Under the gate.</summary>
    public (Segment Segment, DateTimeOffset FullSince)? Oldest() => _segments.Oldest();

    /// <summary>Deletes a segment whose live records were copied, unless <see cref="Rollbacks"/> has grown since.</summary>
    /// <param name="rollbacks">How many there had been before the first record was copied.</param>
    /// <returns>How many bytes the journal has left; null: it was not deleted.</returns>
    /// <exception cref="BusUnavailableException">The journal has stopped.</exception>
    public long? TryDelete(Segment segment, int rollbacks)
    {
        long length;
        lock (Gate)
        {
            _availability.ThrowIfStopped();
            if (Rollbacks != rollbacks)
            {
                return null;
            }

            _segments.Remove(segment);
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
            _availability.Close();
        }

        _writer.Dispose();
        _segments.Dispose();
        _lock.Dispose();
    }
}
