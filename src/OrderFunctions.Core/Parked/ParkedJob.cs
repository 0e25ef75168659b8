using System.Text.Json.Serialization;

namespace OrderFunctions.Parked;

/// <summary>A replay or discard that goes on after its call was answered, slice by slice.</summary>
/// <param name="UpTo">The place of what was parked last when it began: what is parked later is not meant.</param>
public sealed record ParkedJob(string Id, ParkedRequest Request, long UpTo, DateTimeOffset StartedAt)
{
    public ParkedJobState State { get; init; }

    public int Matched { get; init; }

    /// <summary>Whether there was no time to count them all.</summary>
    public bool IsMatchedAtLeast { get; init; }

    /// <summary>How many were sent back, or closed. Of a slice whose process died, those are missing.</summary>
    public int Done { get; init; }

    public int HeldBack { get; init; }

    /// <summary>How many were completed and not sent back, since a newer event of their order is concluded.</summary>
    public int Superseded { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The place up to which nothing is left to do.</summary>
    public long After { get; init; }

    /// <summary>The slice that comes next, or is under way.</summary>
    public int Slice { get; init; }

    /// <summary>The message that runs the slice; null: none does yet. Another of the same slice has nothing to do.</summary>
    public string? Runner { get; init; }

    /// <summary>How many more it may take.</summary>
    [JsonIgnore]
    public int Left => Request.Max is { } max ? Math.Max(0, max - Done - Superseded) : int.MaxValue;

    /// <summary>The job after a slice, or after its part that came to be done.</summary>
    public ParkedJob With(SliceResult result, DateTimeOffset now)
    {
        var job = this with
        {
            Done = Done + result.Done,
            Superseded = Superseded + result.Superseded,
            After = Math.Max(After, result.Next ?? After),
            UpdatedAt = now,
        };
        var isOver = result.Failure is null && (result.Next is null || job.Left == 0);
        return job with
        {
            Matched = Math.Max(job.Matched, job.Done + job.Superseded + job.HeldBack),
            State = isOver && job.State == ParkedJobState.Running ? ParkedJobState.Done : job.State,
        };
    }
}

public enum ParkedJobState
{
    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>A person stopped it; the rest stays parked.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}

/// <param name="Jobs">Newest first.</param>
internal sealed record ParkedJobRecord(IReadOnlyList<ParkedJob> Jobs);

/// <summary>The body of the message that runs a job's next slice.</summary>
internal sealed record SliceMessage(string Job, int Slice);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(ParkedJobRecord))]
[JsonSerializable(typeof(SliceMessage))]
internal sealed partial class ParkedJson : JsonSerializerContext;
