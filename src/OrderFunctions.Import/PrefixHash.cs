using System.Buffers;
using System.Security.Cryptography;

namespace OrderFunctions.Import;

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
