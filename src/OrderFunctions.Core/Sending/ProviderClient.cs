using System.Buffers;
using System.Net.Http.Headers;
using OrderFunctions.Diagnostics;
using OrderFunctions.Http;
using OrderFunctions.Providers;
using OrderFunctions.Redaction;
using Polly;
using Polly.Timeout;

namespace OrderFunctions.Sending;

/// <summary>
/// One provider's HTTP client: makes a call within the provider's time-out and says what came of it. It asks nobody
/// whether the call may be made.
/// </summary>
internal sealed class ProviderClient : IDisposable
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private readonly Provider _provider;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _timeout;
    private readonly TimeProvider _timeProvider;

    /// <param name="handler">What carries the calls; null: connections of its own.</param>
    public ProviderClient(Provider provider, TimeProvider timeProvider, HttpMessageHandler? handler)
    {
        (_provider, _timeProvider) = (provider, timeProvider);
        _http = new HttpClient(handler ?? OutgoingHttp.NewConnections()) { Timeout = Timeout.InfiniteTimeSpan };
        _timeout = new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .AddTimeout(TimeSpan.FromSeconds(provider.Options.TimeoutSeconds))
            .Build();
    }

    public async Task<ProviderCall> CallAsync(
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
            _provider.Name,
            request.Purpose,
            request.Method,
            () => request.Address(_provider.Options.BaseUrl)
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
            var reason = $"no answer within {_provider.Options.TimeoutSeconds} seconds";
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

    public void Dispose() => _http.Dispose();

    private async ValueTask<ProviderResponse> SendAsync(
        ProviderRequest request,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        using var message = request.ToHttp(_provider.Options.BaseUrl, authorization);
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
            var body = buffer.AsMemory(0, most);
            var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
            return Charsets.FromBytes(body.Span[..length]);
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

    private static bool WasConnected(Exception error) =>
        error
            is not HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError
            };
}
