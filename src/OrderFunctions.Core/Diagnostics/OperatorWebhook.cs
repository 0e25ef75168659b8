using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrderFunctions.Credentials;
using OrderFunctions.Http;
using Polly;
using Polly.Retry;

namespace OrderFunctions.Diagnostics;

/// <summary>
/// Sends operator events to OperatorEvents__Url as Standard Webhooks: signed, one after another, each tried for about
/// half an hour. What is still to be sent is in memory alone: the log has every event, the receiver may miss one.
/// </summary>
public sealed partial class OperatorWebhook : BackgroundService
{
    private const int MostRetries = 9;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    // What the specification recommends.
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(15);

    private readonly OperatorEventOptions _options;
    private readonly OperatorEventQueue _queue;
    private readonly SecretCache _secrets;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<OperatorWebhook> _logger;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<Attempted> _retries;

    /// <param name="random">From 0 to 1, for the jitter.</param>
    /// <param name="handler">What carries the calls; null: connections of its own.</param>
    public OperatorWebhook(
        OperatorEventOptions options,
        OperatorEventQueue queue,
        SecretCache secrets,
        TimeProvider timeProvider,
        Func<double> random,
        ILogger<OperatorWebhook> logger,
        HttpMessageHandler? handler = null
    )
    {
        (_options, _queue, _secrets, _timeProvider, _logger) = (options, queue, secrets, timeProvider, logger);
        _http = new HttpClient(handler ?? OutgoingHttp.NewConnections()) { Timeout = Timeout.InfiniteTimeSpan };
        _retries = new ResiliencePipelineBuilder<Attempted> { TimeProvider = timeProvider }
            .AddRetry(
                new RetryStrategyOptions<Attempted>
                {
                    MaxRetryAttempts = MostRetries,
                    Delay = FirstDelay,
                    MaxDelay = LongestDelay,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Randomizer = random,
                    ShouldHandle = arguments =>
                        ValueTask.FromResult(arguments.Outcome.Result is { MayBeRetried: true }),
                    // Null: as above.
                    DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.RetryAfter),
                }
            )
            .AddTimeout(LongestCall)
            .Build();
    }

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_options.Url is { } url && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await SendAsync(url, await _queue.TakeAsync(stoppingToken), stoppingToken))
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever went wrong here must not end the host, whose work it only tells of.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Broken(_logger, error);
            }
        }
    }

    // False: the receiver wants no more, ever.
    private async Task<bool> SendAsync(Uri url, PendingEvent pending, CancellationToken cancellationToken)
    {
        // The same at each try: by it the receiver knows an event that it has had.
        var id = $"msg_{Guid.NewGuid():N}";
        var body = JsonSerializer.SerializeToUtf8Bytes(
            WebhookPayload.Of(pending),
            OperatorEventJson.Default.WebhookPayload
        );
        var attempted = await _retries.ExecuteAsync(
            async token => await TryAsync(url, id, body, token),
            cancellationToken
        );
        if (attempted.IsGone)
        {
            Gone(_logger);
            return false;
        }

        if (attempted.Failure is { } failure)
        {
            Failed(_logger, pending.Event.Type, pending.Count, failure);
        }

        return true;
    }

    private async Task<Attempted> TryAsync(Uri url, string id, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        try
        {
            var now = _timeProvider.GetUtcNow();
            request.Headers.Add("webhook-id", id);
            request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            request.Headers.Add(
                "webhook-signature",
                WebhookSignature.Header(await KeysAsync(cancellationToken), id, now, body)
            );
            using var response = await _http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
            return response.IsSuccessStatusCode
                ? new Attempted()
                : new Attempted($"it answers {(int)response.StatusCode}")
                {
                    IsGone = response.StatusCode == HttpStatusCode.Gone,
                    RetryAfter = WaitOf(response.Headers.RetryAfter),
                };
        }
        catch (CredentialUnavailableException error)
        {
            return new Attempted(error.Message);
        }
        catch (HttpRequestException error)
        {
            return new Attempted($"no answer: {error.HttpRequestError}");
        }
        catch (OperationCanceledException)
        {
            return new Attempted($"no answer within {LongestCall.TotalSeconds:0} seconds");
        }
    }

    // The one in force, and while it is rotated the one before.
    private async Task<IReadOnlyList<byte[]>> KeysAsync(CancellationToken cancellationToken)
    {
        var current = await _secrets.GetAsync(OperatorEventOptions.Secret, cancellationToken);
        var previous = await _secrets.FindAsync(OperatorEventOptions.PreviousSecret, cancellationToken);
        var key = Key(OperatorEventOptions.Secret, current);
        return previous is null ? [key] : [key, Key(OperatorEventOptions.PreviousSecret, previous)];
    }

    private static byte[] Key(string name, string secret) =>
        WebhookSignature.Key(secret)
        ?? throw new CredentialUnavailableException(
            $"The secret '{name}' must be whsec_ and base64 of 24 to 64 bytes."
        );

    private TimeSpan? WaitOf(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date - _timeProvider.GetUtcNow());
        return wait is not { } time ? null
            : time <= TimeSpan.Zero ? null
            : time < LongestDelay ? time
            : LongestDelay;
    }

    [LoggerMessage(
        120,
        LogLevel.Error,
        "operator.webhook.failed {Type}, {Count} of them, did not reach OperatorEvents__Url: {Reason}. The log has the event; it is not sent again"
    )]
    private static partial void Failed(ILogger logger, string type, int count, string reason);

    [LoggerMessage(
        121,
        LogLevel.Error,
        "operator.webhook.gone OperatorEvents__Url answers 410: nothing is sent there any more until the next start"
    )]
    private static partial void Gone(ILogger logger);

    [LoggerMessage(122, LogLevel.Error, "operator.webhook.broken An event was not sent; the log has it")]
    private static partial void Broken(ILogger logger, Exception error);

    /// <param name="Failure">Null: the receiver has it.</param>
    private sealed record Attempted(string? Failure = null)
    {
        public bool IsGone { get; init; }

        public TimeSpan? RetryAfter { get; init; }

        public bool MayBeRetried => Failure is not null && !IsGone;
    }
}
