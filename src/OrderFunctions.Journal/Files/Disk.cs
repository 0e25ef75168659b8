using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OrderFunctions.Journaling.Files;

/// <summary>What the journal asks of the disk; tests let it fail.</summary>
internal class Disk
{
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) =>
        RandomAccess.Write(file, bytes, offset);

    /// <summary>Returns once all that was written would survive a loss of power.</summary>
    public virtual void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    /// <summary>Opens a file, or makes it, so that the file itself would survive a loss of power.</summary>
    public virtual SafeFileHandle Open(string path)
    {
        var file = File.OpenHandle(
            path,
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete
        );
        FlushFolder(Path.GetDirectoryName(path)!);
        return file;
    }

    /// <summary>
    /// Throws unless what was written to an open file can be read at its path. A deleted or moved folder takes its open
    /// files along, and they go on taking writes. By the length, which every system tells of a path: only the file
    /// that is written to grows with each write.
    /// </summary>
    /// <exception cref="IOException">The file is gone, or another is in its place.</exception>
    public virtual void Verify(string path, long length)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length != length)
        {
            throw new IOException(
                $"{path} is gone or is another file: its folder was deleted, moved or replaced. "
                    + "Put it back; or start again with what is there now."
            );
        }
    }

    public virtual void Truncate(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    /// <summary>Deletes a file, so that a loss of power does not bring it back.</summary>
    public virtual void Delete(string path)
    {
        File.Delete(path);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    // A new file's name is an entry of its folder, which POSIX systems flush on their own. .NET opens no folders.
    private static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int ReadOnly = 0;
        var folder = NativeOpen(path, ReadOnly);
        if (folder < 0)
        {
            throw new IOException($"The folder {path} can't be opened (errno {Marshal.GetLastPInvokeError()}).");
        }

        try
        {
            if (NativeFlush(folder) != 0)
            {
                throw new IOException($"The folder {path} can't be flushed (errno {Marshal.GetLastPInvokeError()}).");
            }
        }
        finally
        {
            _ = NativeClose(folder);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeOpen([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeFlush(int file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeClose(int file);
}
