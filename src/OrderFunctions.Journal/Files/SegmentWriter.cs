namespace OrderFunctions.Journaling.Files;

/// <summary>Writes batches to their segments' files. Used by the writer's thread alone.</summary>
internal sealed class SegmentWriter(Disk disk, Lock gate, SegmentList segments)
{
    /// <summary>Returns once the batch would survive a loss of power, in the folder where the next start looks for it.</summary>
    /// <param name="isRetry">Whether the write before this one failed.</param>
    /// <exception cref="IOException">The disk is full or fails, or the folder was moved. Any part may be written.</exception>
    public void Write(JournalBatch batch, bool isRetry)
    {
        var segment = batch.Segment;
        if (isRetry || segment.File is null || batch.Bytes.IsEmpty)
        {
            VerifyBefore(segment);
        }

        if (segment.IsTorn)
        {
            disk.Truncate(segment.File!, segment.Flushed);
        }

        if (!batch.Bytes.IsEmpty)
        {
            segment.File ??= disk.Open(segment.Path);
            segment.IsTorn = true;
            disk.Write(segment.File, batch.Bytes, batch.Start);
            disk.Flush(segment.File);
        }

        if (segment.File is not null)
        {
            disk.Verify(segment.Path, batch.Start + batch.Bytes.Length);
            segment.IsTorn = false;
        }
    }

    /// <summary>Cuts off what a failed write left behind the bytes that count.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public void CutTornBytes(Segment segment)
    {
        if (segment is { IsTorn: true, File: { } file })
        {
            disk.Truncate(file, segment.Flushed);
            segment.IsTorn = false;
        }
    }

    // Nothing is written to them any more. Under the gate, so that none is deleted meanwhile.
    private void VerifyBefore(Segment written)
    {
        lock (gate)
        {
            foreach (var segment in segments.Before(written))
            {
                disk.Verify(segment.Path, segment.End);
            }
        }
    }
}
