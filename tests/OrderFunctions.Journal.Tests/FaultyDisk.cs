using Microsoft.Win32.SafeHandles;
using OrderFunctions.Journaling.Files;

namespace OrderFunctions.Local.Tests.Journaling;

/// <summary>A disk that a test can let run full, break, or hold up.</summary>
internal sealed class FaultyDisk : Disk
{
    /// <summary>How many bytes it takes before it is full; a write that does not fit is written in part.</summary>
    public long Room { get; set; } = long.MaxValue;

    public bool RefusesFlush { get; set; }

    public bool RefusesTruncate { get; set; }

    public bool RefusesDelete { get; set; }

    /// <summary>What a write throws where it is not the disk that fails; null: nothing.</summary>
    public Exception? WriteThrows { get; set; }

    /// <summary>Writes wait here until the test lets them go on.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>The writes that were begun.</summary>
    public int Writes { get; private set; }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        Writes++;
        Gate.Wait();
        if (WriteThrows is { } error)
        {
            throw error;
        }

        var fits = (int)Math.Min(bytes.Length, Room);
        base.Write(file, bytes[..fits], offset);
        Room -= fits;
        Refuse(fits < bytes.Length, "No space left on device");
    }

    public override void Flush(SafeFileHandle file)
    {
        Refuse(RefusesFlush, "Input/output error");
        base.Flush(file);
    }

    public override void Truncate(SafeFileHandle file, long length)
    {
        Refuse(RefusesTruncate, "Input/output error");
        base.Truncate(file, length);
    }

    public override void Delete(string path)
    {
        Refuse(RefusesDelete, "Input/output error");
        base.Delete(path);
    }

    private static void Refuse(bool isRefused, string why)
    {
        if (isRefused)
        {
            throw new IOException(why);
        }
    }
}
