using Microsoft.Extensions.Logging;
using OrderFunctions.Journaling.Files;
using OrderFunctions.TestKit;

namespace OrderFunctions.Journaling.Tests;

/// <summary>A folder for a test's journal, gone with the test.</summary>
internal sealed class JournalFolder : IDisposable
{
    private JournalFolder(ManualTime time) => Time = time;

    public ManualTime Time { get; }

    public LogBook Log { get; } = new();

    public JournalOptions Options { get; set; } =
        new(Directory.CreateTempSubdirectory("journal-").FullName)
        {
            LedgerRetention = TimeSpan.FromDays(180),
            RememberFor = TimeSpan.FromDays(90),
            CompactsByItself = false,
        };

    public string Path => Options.Folder;

    public IReadOnlyList<string> Files => [.. Directory.GetFiles(Path, "*.journal").Order(StringComparer.Ordinal)];

    public static JournalFolder Make(ManualTime? time = null) => new(time ?? new ManualTime());

    public Journal Open(Disk? disk = null)
    {
        using var logging = Logging();
        return Journal.Open(Options, Time, logging.CreateLogger<Journal>(), disk ?? new Disk());
    }

    private ILoggerFactory Logging() =>
        LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
