using System.Collections.Concurrent;
using OrderFunctions.Providers;
using Polly;
using Outcome = OrderFunctions.Providers.Outcome;

namespace OrderFunctions.Delivery;

/// <summary>Repeats an attempt that failed for a moment, where the provider allows it.</summary>
internal sealed class QuickRetries(TimeProvider timeProvider, Func<double> random)
{
    private readonly ConcurrentDictionary<string, ResiliencePipeline<Outcome>> _pipelines = new(StringComparer.Ordinal);

    public ValueTask<Outcome> ExecuteAsync(
        Provider provider,
        Func<CancellationToken, Task<Outcome>> attempt,
        CancellationToken cancellationToken
    ) =>
        _pipelines
            .GetOrAdd(provider.Name, _ => Build(provider))
            .ExecuteAsync(async token => await attempt(token), cancellationToken);

    private ResiliencePipeline<Outcome> Build(Provider provider) =>
        provider.QuickRetries == 0
            ? ResiliencePipeline<Outcome>.Empty
            : new ResiliencePipelineBuilder<Outcome> { TimeProvider = timeProvider }
                .AddRetry(
                    new()
                    {
                        MaxRetryAttempts = provider.QuickRetries,
                        Delay = provider.Options.QuickRetryDelay,
                        BackoffType = DelayBackoffType.Exponential,
                        UseJitter = true,
                        Randomizer = random,
                        ShouldHandle = arguments =>
                            ValueTask.FromResult(arguments.Outcome.Result is Outcome.Retry { When: RetryTiming.Soon }),
                    }
                )
                .Build();
}
