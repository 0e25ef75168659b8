namespace OrderFunctions.Journaling.Files;

/// <summary>
/// The thread that brings changes to the disk. One batch is written and flushed while the next one fills, so that
/// everybody shares flushes and nobody waits for more than two. A batch that fails is rolled back, with all behind it.
/// </summary>
internal sealed class BatchWriter(
    Lock gate,
    SegmentList segments,
    SegmentWriter files,
    Availability availability,
    JournalDiagnostics diagnostics
) : IDisposable
{
    private const int MostSpareBytes = 4 * 1024 * 1024;

    // Not on disk yet, oldest first; the first may be on its way.
    private readonly Queue<JournalBatch> _batches = new();
    private readonly SemaphoreSlim _work = new(0);
    private Thread? _thread;
    private JournalBatch? _filling;
    private BinaryWriter? _spare;

    /// <summary>How often changes were rolled back because the disk failed. Under the gate.</summary>
    public int Rollbacks { get; private set; }

    /// <summary>Completes once all that was appended so far is on disk for good. Taken under the gate, awaited outside.</summary>
    public Task Flushed => _batches.Count == 0 ? Task.CompletedTask : _batches.Last().Flushed;

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _thread.Start();
    }

    /// <summary>The batch to add a change to, which is written next. Under the gate.</summary>
    public JournalBatch BatchFor(Segment segment)
    {
        if (_filling is null || _filling.Segment != segment)
        {
            var batch = new JournalBatch(segment, _spare ?? new BinaryWriter(new MemoryStream()));
            _spare = null;
            _batches.Enqueue(batch);
            _work.Release();
            _filling = batch;
        }

        return _filling;
    }

    /// <summary>
    /// Writes nothing more. Memory may be half changed, so nothing may be built on it; what is on disk is whole, and is
    /// read at the next start.
    /// </summary>
    public void Stop(Exception error)
    {
        lock (gate)
        {
            availability.Stop(error);
        }

        try
        {
            diagnostics.Stopped(error);
        }
        finally
        {
            _work.Release();
            availability.SignalStopped();
        }
    }

    /// <summary>Writes what was appended, once the journal is closed, and ends the thread.</summary>
    public void Dispose()
    {
        _work.Release();
        _thread?.Join();
        _work.Dispose();
        _spare?.Dispose();
    }

    private void Run()
    {
        try
        {
            while (WaitForBatch() is { } batch)
            {
                WriteOrRollBack(batch);
            }
        }
#pragma warning disable CA1031 // Whatever it was, nothing would be written any more: say so, and keep nobody waiting.
        catch (Exception error)
        {
            Stop(error);
        }
#pragma warning restore CA1031

        // None are left unless it has stopped.
        lock (gate)
        {
            foreach (var batch in _batches)
            {
                batch.Fail(Availability.HasStopped(availability.StoppedBy!));
            }

            _batches.Clear();
        }
    }

    // Null: there is nothing more to write.
    private JournalBatch? WaitForBatch()
    {
        while (true)
        {
            _work.Wait();
            lock (gate)
            {
                if (availability.StoppedBy is not null)
                {
                    return null;
                }

                if (_batches.TryPeek(out var batch))
                {
                    _filling = _filling == batch ? null : _filling;
                    return batch;
                }

                if (availability.IsClosed)
                {
                    return null;
                }
            }
        }
    }

    private void WriteOrRollBack(JournalBatch batch)
    {
        try
        {
            files.Write(batch, availability.IsFailing);
        }
#pragma warning disable CA1031 // Whatever it was, the batch may not be on disk, and can be rolled back.
        catch (Exception error)
        {
            RollBack(error);
            return;
        }
#pragma warning restore CA1031

        Complete(batch);
    }

    private void Complete(JournalBatch batch)
    {
        bool isAvailableAgain;
        lock (gate)
        {
            _batches.Dequeue();
            batch.Segment.Flushed = batch.Start + batch.Bytes.Length;
            isAvailableAgain = availability.EndFailure();
            if (batch.Bytes.Length <= MostSpareBytes)
            {
                _spare = batch.Writer;
                _spare.BaseStream.SetLength(0);
            }
        }

        try
        {
            if (isAvailableAgain)
            {
                diagnostics.Available();
            }
        }
        finally
        {
            batch.Succeed();
        }
    }

    // What waits behind the failed batch was built on it, so all of it is undone, the newest first.
    private void RollBack(Exception error)
    {
        List<JournalBatch> failed;
        bool isNew;
        lock (gate)
        {
            failed = [.. _batches];
            isNew = availability.BeginFailure(error);
            Rollbacks++;
            foreach (var batch in Enumerable.Reverse(failed))
            {
                batch.Undo();
            }

            _batches.Clear();
            _filling = null;
            segments.RollBackTo(failed[0].Segment);
        }

        try
        {
            if (isNew)
            {
                diagnostics.Unavailable(error, segments.Folder);
            }

            CutTornBytes(failed[0].Segment);
        }
        finally
        {
            failed.ForEach(batch => batch.Fail(Availability.DiskFailed(error)));
        }
    }

    // Nobody was told that these bytes count, so they should not come back with the next start. If this fails too, the
    // next write begins with it.
    private void CutTornBytes(Segment segment)
    {
        try
        {
            files.CutTornBytes(segment);
        }
        catch (IOException error)
        {
            diagnostics.Unavailable(error, segments.Folder);
        }
    }
}
