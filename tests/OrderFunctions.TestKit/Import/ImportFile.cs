using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.Import;

namespace OrderFunctions.TestKit.Import;

/// <summary>A file to import, in a folder of its own that is gone with it, and the runs over it.</summary>
internal sealed class ImportFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("import-");

    public ImportFile(byte[] content)
    {
        File.WriteAllBytes(FullName, content);
    }

    public ImportFile(params IEnumerable<string> lines)
        : this(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))) { }

    public string FullName => Path.Combine(_folder.FullName, "orders.ndjson");

    public bool HasCheckpoint => File.Exists(FullName + ".import");

    /// <summary>The lines of the file of refused lines.</summary>
    public IReadOnlyList<string> Refused =>
        File.Exists(FullName + ".refused") ? File.ReadAllLines(FullName + ".refused") : [];

    /// <summary>An order event on one line.</summary>
    public static string Event(string orderId, Action<JsonObject>? change = null) =>
        Samples
            .Json(json =>
            {
                json["order"]!["id"] = orderId;
                change?.Invoke(json);
            })
            .ToJsonString();

    public static IEnumerable<string> Events(int count) => Enumerable.Range(0, count).Select(i => Event($"o-{i}"));

    public void Append(params IEnumerable<string> lines) => File.AppendAllLines(FullName, lines);

    public void Write(params IEnumerable<string> lines) => File.WriteAllLines(FullName, lines);

    /// <summary>Imports it without a limit of its rate, without the check and without waiting, unless changed.</summary>
    public async Task<ImportRun> RunAsync(
        Uri to,
        Func<ImportOptions, ImportOptions>? change = null,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default
    )
    {
        var options = new ImportOptions(FullName, to)
        {
            Rate = 0,
            Verify = false,
            Wait = TimeSpan.Zero,
        };
        using var output = new StringWriter();
        using var error = new StringWriter();
        var clock = time ?? TimeProvider.System;
        var importer = new Importer(
            change?.Invoke(options) ?? options,
            output,
            error,
            new Progress(error, isTerminal: false, clock),
            clock
        );
        var exitCode = await importer.RunAsync(cancellationToken);
        return new ImportRun(exitCode, output.ToString(), error.ToString());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
