namespace OrderFunctions.Delivery;

/// <summary>
/// How often durations came, in classes that each reach a tenth further than the one before: from 1 ms to about 10
/// minutes in a fixed 140 counts. A percentile is the middle of its class, so it is off by less than 5 %.
/// </summary>
public sealed class DurationHistogram
{
    private const double Growth = 1.1;
    private static readonly double LogOfGrowth = Math.Log(Growth);

    // The first has what took 1 ms or less.
    private readonly int[] _counts = new int[140];

    public int Count { get; private set; }

    public void Add(TimeSpan duration)
    {
        _counts[ClassOf(duration.TotalMilliseconds)]++;
        Count++;
    }

    public void Add(DurationHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <param name="share">From 0 to 1.</param>
    /// <returns>What that share of the durations did not exceed; null: there is none.</returns>
    public TimeSpan? Percentile(double share)
    {
        if (Count == 0)
        {
            return null;
        }

        var rank = Math.Max(1, (int)Math.Ceiling(share * Count));
        var index = 0;
        for (var seen = _counts[0]; seen < rank; seen += _counts[index])
        {
            index++;
        }

        return TimeSpan.FromMilliseconds(index == 0 ? 1 : Math.Pow(Growth, index - 0.5));
    }

    private int ClassOf(double milliseconds) =>
        milliseconds <= 1 ? 0 : Math.Min((int)Math.Ceiling(Math.Log(milliseconds) / LogOfGrowth), _counts.Length - 1);
}
