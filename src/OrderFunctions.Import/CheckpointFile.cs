using System.Text.Json;

namespace OrderFunctions.Import;

/// <summary>Keeps the checkpoint beside the input, so that it is the old or the new one whenever the process ends.</summary>
internal sealed class CheckpointFile(string path)
{
    /// <returns>Null where there is none, or none that can be read: then the import begins at the first line.</returns>
    public async Task<Checkpoint?> LoadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(
                await File.ReadAllBytesAsync(path, cancellationToken),
                ImportJson.Default.Checkpoint
            );
        }
        catch (JsonException)
        {
            // Torn by a power failure; to begin anew repeats what is dropped by event id.
            return null;
        }
    }

    public async Task SaveAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var next = path + ".next";
        await using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await JsonSerializer.SerializeAsync(file, checkpoint, ImportJson.Default.Checkpoint, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    public void Delete() => File.Delete(path);
}
