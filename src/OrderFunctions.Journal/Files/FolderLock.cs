using System.Globalization;

namespace OrderFunctions.Journaling.Files;

/// <summary>
/// Keeps a folder to one process. The operating system frees it with the process, however that ends; the file
/// beside the lock tells another process who holds it.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _lock;

    private FolderLock(FileStream @lock) => _lock = @lock;

    /// <exception cref="JournalException">Another process has it, or the folder can't be used.</exception>
    public static FolderLock Take(string folder, TimeProvider timeProvider)
    {
        var holder = Path.Combine(folder, "holder.txt");
        FileStream? taken = null;
        try
        {
            Make(folder);
            var path = Path.Combine(folder, "lock");
            taken = TryOpen(path);
            if (taken is null)
            {
                throw new JournalException(
                    $"The journal in {folder} is held by {ReadOrUnknown(holder)}. "
                        + "Stop that process, or give this one another folder (Local__DataDirectory)."
                );
            }

            File.WriteAllText(
                holder,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"process {Environment.ProcessId} on {Environment.MachineName}, since {timeProvider.GetUtcNow():u}"
                )
            );
            return new FolderLock(taken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            taken?.Dispose();
            throw new JournalException(
                $"The folder {folder} can't be used for the journal: {error.Message} Mend that, or set Local__DataDirectory to another.",
                error
            );
        }
    }

    // It will have customers' data in it: a new one is for this user alone. One that is there is as it was made.
    private static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
    }

    // Null: another process has it open. A file that is there and can't be opened in spite of its permissions is just that.
    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error.GetType() == typeof(IOException) && File.Exists(path))
        {
            return null;
        }
    }

    private static string ReadOrUnknown(string holder) =>
        File.Exists(holder) ? File.ReadAllText(holder) : "another process";

    public void Dispose() => _lock.Dispose();
}
