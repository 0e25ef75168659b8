using System.Buffers;
using System.Net.Http.Headers;
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
    private readonly ResiliencePipeline<CallResult> _circuit;
    private readonly ResiliencePipeline<CallResult> _timeout;
    private readonly SendingLog _log;
    private readonly TimeProvider _timeProvider;
    private long _openUntil;

    /// <param name="handler">What carries the calls; null: connections of its own.</param>
    public ProviderChannel(
        Provider provider,
        IPermitStore permits,
        SendingLog log,
        TimeProvider timeProvider,
        HttpMessageHandler? handler = null
    )
    {
        Provider = provider;
        (_log, _timeProvider) = (log, timeProvider);
        var timeout = TimeSpan.FromSeconds(provider.Options.TimeoutSeconds);
        _limiter = provider.RequestsPerMinute is { } limit
            ? new SlidingMinuteLimiter(provider.Name, limit, timeout, permits, timeProvider)
            : null;
        _http = new HttpClient(handler ?? NewConnections()) { Timeout = Timeout.InfiniteTimeSpan };
        _circuit = new ResiliencePipelineBuilder<CallResult> { TimeProvider = timeProvider }
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<CallResult>
                {
                    FailureRatio = 0.5,
                    MinimumThroughput = 20,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = CircuitBreak,
                    ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { IsOutage: true }),
                    OnOpened = arguments =>
                    {
                        var until = timeProvider.GetUtcNow() + arguments.BreakDuration;
                        Interlocked.Exchange(ref _openUntil, until.UtcTicks);
                        log.CircuitOpened(provider.Name, CircuitBreak);
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();
        _timeout = new ResiliencePipelineBuilder<CallResult> { TimeProvider = timeProvider }
            .AddTimeout(timeout)
            .Build();
    }

    public Provider Provider { get; }

    /// <summary>Makes one call, if the circuit and the rate limit let it.</summary>
    internal async Task<CallResult> CallAsync(
        ProviderRequest request,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        // Before the rate limit, of which a call that is not made must use nothing up.
        if (_timeProvider.GetUtcNow().UtcTicks < Interlocked.Read(ref _openUntil))
        {
            return CircuitOpen();
        }

        if (_limiter is null)
        {
            return await CallThroughCircuitAsync(request, authorization, permit: null, cancellationToken);
        }

        try
        {
            var (permit, wait) = await _limiter.AcquireAsync(cancellationToken);
            using (permit)
            {
                return permit is null
                    ? new CallResult.NotMade(
                        $"the limit of {Provider.RequestsPerMinute} requests a minute is reached",
                        wait
                    )
                    : await CallThroughCircuitAsync(request, authorization, permit, cancellationToken);
            }
        }
        catch (LedgerUnavailableException error)
        {
            _log.LedgerUnavailable(error);
            return new CallResult.NotMade(error.Message, Wait: null);
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

    private async Task<CallResult> CallThroughCircuitAsync(
        ProviderRequest request,
        AuthenticationHeaderValue? authorization,
        Permit? permit,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await _circuit.ExecuteAsync(
                async token => await TimeAsync(() => CallWithinTimeoutAsync(request, authorization, token)),
                cancellationToken
            );
        }
        catch (BrokenCircuitException)
        {
            // It opened while the call waited for its turn, or lets one through to see whether the provider is back.
            permit?.GiveBack();
            return CircuitOpen();
        }
    }

    private CallResult.NotMade CircuitOpen() =>
        new($"{Provider.Name} failed too often of late; no calls until it has had a pause", Wait: null);

    private async ValueTask<CallResult> TimeAsync(Func<ValueTask<CallResult>> call)
    {
        var (at, start) = (_timeProvider.GetUtcNow(), _timeProvider.GetTimestamp());
        var result = await call();
        return result with { At = at, Duration = _timeProvider.GetElapsedTime(start) };
    }

    private async ValueTask<CallResult> CallWithinTimeoutAsync(
        ProviderRequest request,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await _timeout.ExecuteAsync(
                async token => await SendAsync(request, authorization, token),
                cancellationToken
            );
        }
        catch (TimeoutRejectedException)
        {
            return new CallResult.Failed(
                $"no answer within {Provider.Options.TimeoutSeconds} seconds",
                IsUncertain: true
            );
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            var isConnected =
                error
                is not HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError
                        or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError
                        or HttpRequestError.ProxyTunnelError
                };
            return new CallResult.Failed($"no answer: {error.Message}", isConnected);
        }
    }

    private async ValueTask<CallResult> SendAsync(
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
        var body = await ReadBodyAsync(response.Content, cancellationToken);
        return new CallResult.Answered(
            new ProviderResponse((int)response.StatusCode, body, RetryAfter(response.Headers.RetryAfter))
        );
    }

    private static async Task<string> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(ProviderResponse.MostBytes);
        try
        {
            var answer = buffer.AsMemory(0, ProviderResponse.MostBytes);
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

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - _timeProvider.GetUtcNow() : null);
        return wait switch
        {
            null => null,
            { } some when some < TimeSpan.Zero => TimeSpan.Zero,
            { } some => some < LongestRetryAfter ? some : LongestRetryAfter,
        };
    }
}

/// <summary>What came of one call to a provider.</summary>
internal abstract record CallResult
{
    private CallResult() { }

    /// <summary>When the call was made, after any wait for its turn.</summary>
    public DateTimeOffset At { get; init; }

    public TimeSpan Duration { get; init; }

    public sealed record Answered(ProviderResponse Response) : CallResult;

    /// <summary>No answer came.</summary>
    /// <param name="IsUncertain">Whether the call may have arrived all the same.</param>
    public sealed record Failed(string Reason, bool IsUncertain) : CallResult;

    /// <summary>The call was not made: circuit open, rate limit reached, or no permits to be had.</summary>
    /// <param name="Wait">Until it may be made; null: nobody knows.</param>
    public sealed record NotMade(string Reason, TimeSpan? Wait) : CallResult;

    /// <summary>Whether it tells that the provider is down, for the circuit breaker.</summary>
    public bool IsOutage => this is Failed || this is Answered { Response: { IsTransient: true, StatusCode: not 429 } };
}
