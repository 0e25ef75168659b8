using OrderFunctions.Delivery;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class QuickRetriesTests
{
    [Fact]
    public async Task Attempts_that_failed_together_are_not_repeated_together() =>
        Assert.NotEqual(await WaitOfAsync(random: 0.2), await WaitOfAsync(random: 0.8));

    // How long the repetition waits, on the clock that it is given.
    private static async Task<TimeSpan> WaitOfAsync(double random)
    {
        var time = new ManualTime();
        var katalys = new KatalysProvider(new KatalysOptions { QuickRetryDelay = TimeSpan.FromSeconds(2) });
        var outcomes = new Queue<Outcome>([new Outcome.Retry("busy", new RetryTiming.Soon()), new Outcome.Delivered()]);
        var retries = new QuickRetries(time, () => random);

        var attempts = retries.ExecuteAsync(katalys, _ => Task.FromResult(outcomes.Dequeue()), default);
        await time.SomebodyWaitsAsync();
        var wait = time.NextTimer!.Value - time.GetUtcNow();
        time.Advance(wait);

        Assert.Equal(new Outcome.Delivered(), await attempts);
        return wait;
    }
}
