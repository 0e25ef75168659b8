using System.Globalization;

namespace OrderFunctions.Local.Journaling;

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
        try
        {
            Directory.CreateDirectory(folder);
            var taken = new FileStream(
                Path.Combine(folder, "lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
            File.WriteAllText(
                holder,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"process {Environment.ProcessId} on {Environment.MachineName}, since {timeProvider.GetUtcNow():u}"
                )
            );
            return new FolderLock(taken);
        }
        catch (IOException error) when (File.Exists(holder) && error is not DirectoryNotFoundException)
        {
            throw new JournalException(
                $"The journal in {folder} is held by {File.ReadAllText(holder)}. "
                    + "Stop that process, or give this one another folder (Local__DataDirectory).",
                error
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JournalException(
                $"The folder {folder} can't be used for the journal: {error.Message} Set Local__DataDirectory to one that can.",
                error
            );
        }
    }

    public void Dispose() => _lock.Dispose();
}
