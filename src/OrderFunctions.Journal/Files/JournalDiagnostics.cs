using Microsoft.Extensions.Logging;

namespace OrderFunctions.Journaling.Files;

/// <summary>The journal's lines in the log.</summary>
internal sealed partial class JournalDiagnostics(ILogger logger)
{
    [LoggerMessage(
        110,
        LogLevel.Warning,
        "journal.cut {Bytes} bytes that were being written when the process ended, and were never acknowledged, were cut off {Path} at offset {Offset}"
    )]
    public partial void TailCut(long bytes, string path, int offset);

    [LoggerMessage(
        111,
        LogLevel.Error,
        "journal.unavailable {Folder} can't be written: events are refused until it can. Trying again every second"
    )]
    public partial void Unavailable(Exception error, string folder);

    [LoggerMessage(112, LogLevel.Information, "journal.available It can be written again")]
    public partial void Available();

    [LoggerMessage(
        113,
        LogLevel.Debug,
        "journal.compacted segment {Number}: kept {Kept} of {Records} records; {Bytes} bytes left"
    )]
    public partial void Compacted(int number, int kept, int records, long bytes);

    [LoggerMessage(
        115,
        LogLevel.Critical,
        "journal.stopped An error that nobody foresaw: nothing is accepted any more. What was accepted is on disk; start again"
    )]
    public partial void Stopped(Exception error);

    [LoggerMessage(114, LogLevel.Error, "journal.compaction.failed Nothing is lost; trying again in a minute")]
    public partial void CompactionFailed(Exception error);
}
