using System.Net.Http.Headers;
using OrderFunctions.Diagnostics;
using OrderFunctions.Ledger;
using OrderFunctions.Providers;
using Polly;
using Polly.CircuitBreaker;

namespace OrderFunctions.Sending;

/// <summary>
/// The road to one provider, shared by all its deliveries: it makes a call only where rate limit and circuit breaker let
/// it. No other provider's calls come into it.
/// </summary>
public sealed class ProviderChannel : IDisposable
{
    /// <summary>What keeps a provider that is down from being called by every delivery in turn.</summary>
    public static readonly TimeSpan CircuitBreak = TimeSpan.FromSeconds(30);

    private readonly ProviderClient _client;
    private readonly SlidingMinuteLimiter? _limiter;
    private readonly ResiliencePipeline<ProviderCall> _circuit;
    private readonly SendingLog _log;
    private readonly TimeProvider _timeProvider;
    private readonly SteadyTime _steadyTime;
    private readonly CircuitBreakerStateProvider _circuitState = new();
    private long _openUntil;

    /// <param name="handler">What carries the calls; null: connections of its own.</param>
    public ProviderChannel(
        Provider provider,
        IStateStore states,
        SendingLog log,
        TimeProvider timeProvider,
        HttpMessageHandler? handler = null
    )
    {
        Provider = provider;
        (_log, _timeProvider, _steadyTime) = (log, timeProvider, new SteadyTime(timeProvider));
        _client = new ProviderClient(provider, timeProvider, handler);
        var longestCall = TimeSpan.FromSeconds(provider.Options.TimeoutSeconds);
        _limiter = provider.RequestsPerMinute is { } limit
            ? new SlidingMinuteLimiter(provider.Name, limit, longestCall, states, timeProvider)
            : null;
        _circuit = new ResiliencePipelineBuilder<ProviderCall> { TimeProvider = _steadyTime }
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<ProviderCall>
                {
                    FailureRatio = 0.5,
                    MinimumThroughput = 20,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = CircuitBreak,
                    ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { IsOutage: true }),
                    StateProvider = _circuitState,
                    OnOpened = OnOpened,
                    OnHalfOpened = OnHalfOpened,
                    OnClosed = OnClosed,
                }
            )
            .Build();
        SendingLog.CircuitIs(provider.Name, Circuit.Closed);
    }

    public Provider Provider { get; }

    /// <summary>The circuit has opened or closed.</summary>
    public event Action? CircuitChanged;

    public Circuit Circuit =>
        _circuitState.CircuitState switch
        {
            CircuitState.Closed => Circuit.Closed,
            CircuitState.HalfOpen => Circuit.HalfOpen,
            // Polly notices only at the next call that the pause is over.
            _ => IsPauseOver ? Circuit.HalfOpen : Circuit.Open,
        };

    /// <summary>Until when no calls are made; null: the circuit is not open.</summary>
    public DateTimeOffset? OpenUntil => Circuit == Circuit.Open ? _timeProvider.GetUtcNow() + PauseLeft : null;

    private bool IsPauseOver => PauseLeft <= TimeSpan.Zero;

    private TimeSpan PauseLeft =>
        TimeSpan.FromTicks(Interlocked.Read(ref _openUntil) - _steadyTime.GetUtcNow().UtcTicks);

    /// <summary>Why no call is made while the circuit is open.</summary>
    internal string CircuitIsOpen => $"{Provider.Name} failed too often of late; no calls until it has had a pause";

    /// <summary>Makes one call.</summary>
    /// <exception cref="CallNotMadeException">The circuit is open, the rate limit is reached, or nobody knows whether it is.</exception>
    internal async Task<ProviderCall> CallAsync(
        ProviderRequest request,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        // Before the rate limit, of which a call that is not made must use nothing up.
        if (!IsPauseOver)
        {
            throw NotWhileOpen();
        }

        using var permit = await AcquirePermitAsync(request, cancellationToken);
        try
        {
            return await _circuit.ExecuteAsync(
                async token => await _client.CallAsync(request, authorization, token),
                cancellationToken
            );
        }
        catch (BrokenCircuitException)
        {
            // It opened while the call waited for its turn, or lets one through to see whether the provider is back.
            permit?.GiveBack();
            throw NotWhileOpen();
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _limiter?.Dispose();
    }

    private ValueTask OnOpened(OnCircuitOpenedArguments<ProviderCall> arguments)
    {
        var until = _steadyTime.GetUtcNow() + arguments.BreakDuration;
        var before = Interlocked.Exchange(ref _openUntil, until.UtcTicks);
        // It is set back to zero where the circuit closes.
        _log.CircuitOpened(Provider.Name, CircuitBreak, again: before > 0);
        SendingLog.CircuitIs(Provider.Name, Circuit.Open);
        CircuitChanged?.Invoke();
        return ValueTask.CompletedTask;
    }

    private ValueTask OnHalfOpened(OnCircuitHalfOpenedArguments arguments)
    {
        SendingLog.CircuitIs(Provider.Name, Circuit.HalfOpen);
        return ValueTask.CompletedTask;
    }

    private ValueTask OnClosed(OnCircuitClosedArguments<ProviderCall> arguments)
    {
        Interlocked.Exchange(ref _openUntil, 0);
        _log.CircuitClosed(Provider.Name);
        SendingLog.CircuitIs(Provider.Name, Circuit.Closed);
        CircuitChanged?.Invoke();
        return ValueTask.CompletedTask;
    }

    private CallNotMadeException NotWhileOpen() => new(CircuitIsOpen, new RetryTiming.FreeBackoff());

    // Null: the provider has no limit.
    private async Task<Permit?> AcquirePermitAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        if (_limiter is null)
        {
            return null;
        }

        var start = _timeProvider.GetTimestamp();
        try
        {
            var (permit, wait) = request.YieldsToOthers
                ? await _limiter.AcquireUnlessOthersWaitAsync(cancellationToken)
                : await _limiter.AcquireAsync(cancellationToken);
            return permit
                ?? throw new CallNotMadeException(
                    $"the limit of {Provider.RequestsPerMinute} requests a minute is reached",
                    new RetryTiming.FreeUntil(_timeProvider.GetUtcNow() + wait)
                );
        }
        catch (LedgerUnavailableException error)
        {
            _log.LedgerUnavailable(error);
            throw new CallNotMadeException(error.Message, new RetryTiming.FreeBackoff());
        }
        finally
        {
            SendingLog.Waited(Provider.Name, _timeProvider.GetElapsedTime(start));
        }
    }
}
