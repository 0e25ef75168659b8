namespace OrderFunctions.Intake;

/// <summary>Intake__...: what is taken in.</summary>
public sealed class IntakeOptions
{
    private static readonly TimeSpan MostTolerance = TimeSpan.FromDays(1);

    /// <summary>How far ahead of our clock an event's occurredAt may be: shops' clocks are not all set alike.</summary>
    public TimeSpan FutureTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The latest occurredAt that is taken.</summary>
    public DateTimeOffset Latest(DateTimeOffset now) => now + FutureTolerance;

    internal IEnumerable<string> Problems()
    {
        if (FutureTolerance < TimeSpan.Zero || FutureTolerance > MostTolerance)
        {
            yield return $"Intake__FutureTolerance is {FutureTolerance}; it must be from 0 to {MostTolerance.TotalDays:0} day, for an event of the future hides all that comes before its time.";
        }
    }
}
