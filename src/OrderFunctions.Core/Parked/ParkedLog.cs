using Microsoft.Extensions.Logging;

namespace OrderFunctions.Parked;

/// <summary>A line for each slice of a replay or discard, not for each delivery.</summary>
public sealed partial class ParkedLog(ILogger<ParkedLog> logger)
{
    public void SliceEnded(ParkedJob job, SliceResult result)
    {
        if (result.DidNothing)
        {
            return;
        }

        if (job.Request.Action == ParkedAction.Discard)
        {
            Discarded(result.Done, job.Id, job.Slice);
        }
        else
        {
            Replayed(result.Done, result.Superseded, job.Id, job.Slice);
        }
    }

    [LoggerMessage(
        130,
        LogLevel.Information,
        "delivery.replayed {Count} parked deliveries went back to their queues, {Superseded} were closed since a newer event of their order is concluded; job {Job}, slice {Slice}"
    )]
    private partial void Replayed(int count, int superseded, string job, int slice);

    [LoggerMessage(
        131,
        LogLevel.Information,
        "delivery.discarded {Count} parked deliveries were closed by a person; job {Job}, slice {Slice}"
    )]
    private partial void Discarded(int count, string job, int slice);

    [LoggerMessage(132, LogLevel.Warning, "parked-job.postponed {Job}: tried again in a minute")]
    public partial void Postponed(Exception error, string job);

    [LoggerMessage(133, LogLevel.Information, "parked-job.cancelled {Job}: the rest stays parked")]
    public partial void Cancelled(string job);

    [LoggerMessage(134, LogLevel.Warning, "parked-job.not-kept {Job}: what is not done yet stays parked, ask again")]
    public partial void NotKept(Exception error, string job);
}
