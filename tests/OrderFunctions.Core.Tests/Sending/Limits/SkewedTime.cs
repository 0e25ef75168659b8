using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Sending.Limits;

/// <summary>An instance's clock: it runs as all do, but its time of day is wrong.</summary>
internal sealed class SkewedTime(ManualTime time) : TimeProvider
{
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Skew;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
