using System.Buffers;
using System.Net.Http.Headers;
using OrderFunctions.Diagnostics;
using OrderFunctions.Ledger;
using OrderFunctions.Providers;
using OrderFunctions.Redaction;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrderFunctions.Sending;

/// <summary>
/// The road to one provider, shared by all its deliveries: connections, rate limit, circuit breaker, time-out. No
/// other provider's calls come into it.
/// </summary>
public sealed class ProviderChannel : IDisposable
{
    /// <summary>What keeps a provider that is down from being called by every delivery in turn.</summary>
    public static readonly TimeSpan CircuitBreak = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private readonly HttpClient _http;
    private readonly SlidingMinuteLimiter? _limiter;
    private readonly ResiliencePipeline<ProviderCall> _circuit;
    private readonly ResiliencePipeline _timeout;
    private readonly SendingLog _log;
    private readonly TimeProvider _timeProvider;
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
        (_log, _timeProvider) = (log, timeProvider);
        var timeout = TimeSpan.FromSeconds(provider.Options.TimeoutSeconds);
        _limiter = provider.RequestsPerMinute is { } limit
            ? new SlidingMinuteLimiter(provider.Name, limit, timeout, states, timeProvider)
            : null;
        _http = new HttpClient(handler ?? NewConnections()) { Timeout = Timeout.InfiniteTimeSpan };
        _circuit = new ResiliencePipelineBuilder<ProviderCall> { TimeProvider = timeProvider }
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<ProviderCall>
                {
                    FailureRatio = 0.5,
                    MinimumThroughput = 20,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = CircuitBreak,
                    ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { IsOutage: true }),
                    StateProvider = _circuitState,
                    OnOpened = arguments =>
                    {
                        var until = timeProvider.GetUtcNow() + arguments.BreakDuration;
                        var before = Interlocked.Exchange(ref _openUntil, until.UtcTicks);
                        // It is set back to zero where the circuit closes.
                        log.CircuitOpened(provider.Name, CircuitBreak, again: before > 0);
                        SendingLog.CircuitIs(provider.Name, Circuit.Open);
                        CircuitChanged?.Invoke();
                        return ValueTask.CompletedTask;
                    },
                    OnHalfOpened = _ =>
                    {
                        SendingLog.CircuitIs(provider.Name, Circuit.HalfOpen);
                        return ValueTask.CompletedTask;
                    },
                    OnClosed = _ =>
                    {
                        Interlocked.Exchange(ref _openUntil, 0);
                        log.CircuitClosed(provider.Name);
                        SendingLog.CircuitIs(provider.Name, Circuit.Closed);
                        CircuitChanged?.Invoke();
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();
        _timeout = new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .AddTimeout(timeout)
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
    public DateTimeOffset? OpenUntil =>
        Circuit == Circuit.Open ? new DateTimeOffset(Interlocked.Read(ref _openUntil), TimeSpan.Zero) : null;

    private bool IsPauseOver => _timeProvider.GetUtcNow().UtcTicks >= Interlocked.Read(ref _openUntil);

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
                async token => await CallNowAsync(request, authorization, token),
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
        _http.Dispose();
        _limiter?.Dispose();
    }

    private static SocketsHttpHandler NewConnections() =>
        new()
        {
            // A redirect to a login page would look like a 200.
            AllowAutoRedirect = false,
            UseCookies = false,
            // Our traces are nobody else's business.
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };

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

    private async Task<ProviderCall> CallNowAsync(
        ProviderRequest request,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        var (at, start) = (_timeProvider.GetUtcNow(), _timeProvider.GetTimestamp());
        ProviderResponse? response = null;
        CallFailure? failure = null;
        string? errorType = null;
        using var span = Tracing.StartCall(
            Provider.Name,
            request.Purpose,
            request.Method,
            () => request.Address(Provider.Options.BaseUrl)
        );
        try
        {
            response = await _timeout.ExecuteAsync(
                async token => await SendAsync(request, authorization, token),
                cancellationToken
            );
        }
        catch (TimeoutRejectedException)
        {
            var reason = $"no answer within {Provider.Options.TimeoutSeconds} seconds";
            failure = new CallFailure(reason, MayHaveArrived: true);
            errorType = "timeout";
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            failure = new CallFailure($"no answer: {error.Message}", MayHaveArrived: WasConnected(error));
            errorType = error.GetType().FullName;
        }

        Tracing.EndCall(span, response?.StatusCode, errorType);

        return new ProviderCall(at, _timeProvider.GetElapsedTime(start), response, failure);
    }

    private static bool WasConnected(Exception error) =>
        error
            is not HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError
            };

    private async ValueTask<ProviderResponse> SendAsync(
        ProviderRequest request,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        using var message = request.ToHttp(Provider.Options.BaseUrl, authorization);
        using var response = await _http.SendAsync(
            message,
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        var body = await ReadBodyAsync(response.Content, request.MostResponseBytes, cancellationToken);
        return new ProviderResponse((int)response.StatusCode, body, RetryAt(response.Headers.RetryAfter));
    }

    private static async Task<string> ReadBodyAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var answer = buffer.AsMemory(0, most);
            var length = await stream.ReadAtLeastAsync(
                answer,
                answer.Length,
                throwOnEndOfStream: false,
                cancellationToken
            );
            return Charsets.FromBytes(answer.Span[..length]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // No later than a day from now, and never in the past.
    private DateTimeOffset? RetryAt(RetryConditionHeaderValue? header)
    {
        var now = _timeProvider.GetUtcNow();
        var time = header?.Date ?? (now + header?.Delta);
        return time is null ? null
            : time < now ? now
            : time < now + LongestRetryAfter ? time
            : now + LongestRetryAfter;
    }
}

/// <summary>Whether calls to a provider are made. The numbers are those of the metric circuit.state.</summary>
public enum Circuit
{
    Closed = 0,

    /// <summary>The next call tries whether the provider is back.</summary>
    HalfOpen = 1,

    /// <summary>No calls are made.</summary>
    Open = 2,
}
