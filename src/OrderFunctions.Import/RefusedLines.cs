using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OrderFunctions.Import;

/// <summary>
/// The file of refused lines, ascending, one JSON object a line. As long as it is open, no second import of the same
/// input gets at it.
/// </summary>
internal sealed class RefusedLines : IAsyncDisposable
{
    private readonly FileStream _file;

    /// <param name="length">What an interrupted import had written by its checkpoint; 0 begins anew.</param>
    public RefusedLines(string path, long length)
    {
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new ImportFailedException(
                $"Is another import of this file under way? {path} can't be opened: {error.Message}",
                error
            );
        }

        _file.SetLength(Math.Min(length, _file.Length));
        _file.Position = _file.Length;
    }

    public long Bytes => _file.Length;

    public async Task AppendAsync(IReadOnlyCollection<RefusedLine> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0)
        {
            return;
        }

        foreach (var line in lines.OrderBy(line => line.Line))
        {
            await JsonSerializer.SerializeAsync(_file, line, ImportJson.Default.RefusedLine, cancellationToken);
            _file.WriteByte((byte)'\n');
        }

        _file.Flush(flushToDisk: true);
    }

    /// <summary>The numbers of all that were refused, ascending.</summary>
    public async IAsyncEnumerable<long> NumbersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _file.Position = 0;
        using var reader = new StreamReader(_file, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return JsonSerializer.Deserialize(line, ImportJson.Default.RefusedLine)!.Line;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var (path, isEmpty) = (_file.Name, _file.Length == 0);
        await _file.DisposeAsync();
        if (isEmpty)
        {
            File.Delete(path);
        }
    }
}

/// <summary>A line that was not accepted.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Errors">JSON path within the line -> all that is wrong there.</param>
internal sealed record RefusedLine(long Line, IReadOnlyDictionary<string, string[]> Errors)
{
    public static RefusedLine Because(long line, string message) =>
        new(line, new Dictionary<string, string[]> { ["$"] = [message] });
}
