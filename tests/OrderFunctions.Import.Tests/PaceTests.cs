namespace OrderFunctions.Import.Tests;

public sealed class PaceTests
{
    [Theory]
    [InlineData(0, 500)]
    [InlineData(1, 1)]
    [InlineData(1200, 100)]
    [InlineData(6000, 500)]
    [InlineData(60000, 500)]
    public void At_a_low_rate_fewer_are_sent_at_once(int rate, int most)
    {
        Assert.Equal(most, new Pace(rate, TimeProvider.System).MostAtOnce(500));
    }

    [Fact]
    public async Task Events_are_spread_over_time()
    {
        var time = new SkippingTime();
        var pace = new Pace(1200, time);
        var start = time.GetUtcNow();

        for (var i = 0; i < 12; i++)
        {
            await pace.WaitAsync(100, CancellationToken.None);
        }

        // The first goes at once, the last five seconds before the minute's end.
        Assert.Equal(TimeSpan.FromSeconds(55), time.GetUtcNow() - start);
    }

    [Fact]
    public async Task Without_a_limit_nobody_waits()
    {
        var time = new SkippingTime();
        var pace = new Pace(0, time);

        await pace.WaitAsync(500, CancellationToken.None);
        await pace.WaitAsync(500, CancellationToken.None);

        Assert.Empty(time.Waits);
    }
}
