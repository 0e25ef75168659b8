using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace OrderFunctions.Import;

/// <summary>How far an import has got: all before <paramref name="Offset"/> was accepted or refused.</summary>
/// <param name="To">Whom the lines were sent to.</param>
/// <param name="Since">When the import began, by the server's clock.</param>
/// <param name="Offset">Where it goes on, in bytes.</param>
/// <param name="Sha256">Of the file's bytes before <paramref name="Offset"/>: another file is not gone on with.</param>
/// <param name="Line">The lines before <paramref name="Offset"/>.</param>
/// <param name="Read">Those of them that are not blank.</param>
/// <param name="RefusedBytes">How long the file of refused lines was; a killed import may have written more.</param>
/// <param name="Providers">Those that an event goes to which names none, as far as the answers have told.</param>
/// <param name="Query">What was asked for beside: who is told anew.</param>
internal sealed record Checkpoint(
    string To,
    DateTimeOffset Since,
    long Offset,
    string Sha256,
    long Line,
    long Read,
    long Accepted,
    long Refused,
    long RefusedBytes,
    IReadOnlyList<string> Providers,
    string? Query = null
);

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

/// <summary>The SHA-256 of a file's beginning, up to where an import has got.</summary>
internal sealed class PrefixHash : IDisposable
{
    private const int BufferBytes = 128 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly FileStream _file;

    public PrefixHash(string path)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
    }

    /// <returns>Hex; of the whole file where it ends before <paramref name="offset"/>.</returns>
    public async Task<string> UpToAsync(long offset, CancellationToken cancellationToken)
    {
        if (offset < _file.Position)
        {
            // The import has begun again.
            _ = _hash.GetHashAndReset();
            _file.Position = 0;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (_file.Position < offset)
            {
                var most = (int)Math.Min(buffer.Length, offset - _file.Position);
                var read = await _file.ReadAsync(buffer.AsMemory(0, most), cancellationToken);
                if (read == 0)
                {
                    break;
                }

                _hash.AppendData(buffer, 0, read);
            }

            return Convert.ToHexStringLower(_hash.GetCurrentHash());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        _hash.Dispose();
        _file.Dispose();
    }
}
