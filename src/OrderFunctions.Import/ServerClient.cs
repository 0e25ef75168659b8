using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrderFunctions.Redaction;
using Polly;
using Polly.Retry;

namespace OrderFunctions.Import;

/// <summary>
/// Calls OrderFunctions, again and again with growing pauses where it can't be reached or can't take it now, and turns
/// what no repeating would mend into a sentence.
/// </summary>
internal sealed class ServerClient : IDisposable
{
    // Azure Functions' own name for it, which the local host uses too.
    private const string KeyHeader = "x-functions-key";

    private const int MostAnswerBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(100);

    private static readonly ResiliencePropertyKey<long> Start = new("start");
    private static readonly ResiliencePropertyKey<TimeSpan> Patience = new("patience");

    private readonly Redactor _redactor = new();
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<Attempt> _retries;
    private readonly ImportOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Progress _progress;

    public ServerClient(ImportOptions options, TimeProvider timeProvider, Progress progress)
    {
        (_options, _timeProvider, _progress) = (options, timeProvider, progress);
        // A redirect might lead the key elsewhere.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = options.To,
            Timeout = Timeout,
            MaxResponseContentBufferSize = MostAnswerBytes,
        };
        if (!string.IsNullOrEmpty(options.Key))
        {
            _http.DefaultRequestHeaders.Add(KeyHeader, options.Key);
        }

        _retries = new ResiliencePipelineBuilder<Attempt> { TimeProvider = timeProvider }
            .AddRetry(
                new RetryStrategyOptions<Attempt>
                {
                    MaxRetryAttempts = int.MaxValue,
                    ShouldHandle = retry => ValueTask.FromResult(IsWorthRetrying(retry)),
                    DelayGenerator = retry =>
                        ValueTask.FromResult<TimeSpan?>(Pause(retry.Outcome.Result!, retry.AttemptNumber)),
                    OnRetry = retry =>
                    {
                        _progress.Note(
                            Text.Of(
                                $"{_options.To} {retry.Outcome.Result!.Failure}. Trying again in {retry.RetryDelay.TotalSeconds:0} s."
                            )
                        );
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();
    }

    public Task<Reply> GetAsync(string path, TimeSpan patience, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), patience, cancellationToken);

    public Task<Reply> PostAsync(string path, byte[] json, CancellationToken cancellationToken) =>
        SendAsync(
            () =>
                new HttpRequestMessage(HttpMethod.Post, path)
                {
                    Content = new ByteArrayContent(json)
                    {
                        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                    },
                },
            _options.Patience,
            cancellationToken
        );

    /// <summary>Reads an answer's JSON.</summary>
    /// <exception cref="ImportFailedException">It is not what OrderFunctions answers.</exception>
    public T Read<T>(Reply reply, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body, type) ?? throw new JsonException();
        }
        catch (JsonException error)
        {
            throw new ImportFailedException(
                $"{_options.To} answers {reply.Status}, but not as OrderFunctions does. Check --to.",
                error
            );
        }
    }

    /// <summary>The problem that an answer tells; null where it tells none.</summary>
    public static ProblemResponse? ProblemOf(Reply reply)
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body, ImportJson.Default.ProblemResponse);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What to say of an answer that nobody expected.</summary>
    public ImportFailedException Unexpected(string call, Reply reply) =>
        reply.Status switch
        {
            404 or 405 => new ImportFailedException(
                $"{_options.To} answers {call} with {reply.Status}: OrderFunctions is not there. Check --to."
            ),
            _ => new ImportFailedException($"{_options.To} answers {call} with {reply.Status}{Words(reply)}"),
        };

    public void Dispose() => _http.Dispose();

    private async Task<Reply> SendAsync(
        Func<HttpRequestMessage> request,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(Start, _timeProvider.GetTimestamp());
            context.Properties.Set(Patience, patience);
            var last = await _retries.ExecuteAsync(
                async call => await TryAsync(request, call.CancellationToken),
                context
            );
            cancellationToken.ThrowIfCancellationRequested();
            return last.Reply ?? throw new ImportFailedException($"{_options.To} {last.Failure}.");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Attempt> TryAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        try
        {
            using var message = request();
            using var answer = await _http.SendAsync(message, cancellationToken);
            return IsTransient(answer.StatusCode)
                ? new Attempt(null, $"answers {(int)answer.StatusCode}", RetryAfter(answer))
                : new Attempt(await ReplyAsync(answer, cancellationToken));
        }
        catch (HttpRequestException error)
        {
            return new Attempt(null, $"can't be reached ({error.Message})");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Attempt(null, $"does not answer within {Timeout.TotalSeconds} s");
        }
    }

    // The pause counts: nobody waits for an attempt that would come too late.
    private bool IsWorthRetrying(RetryPredicateArguments<Attempt> retry) =>
        retry.Outcome.Result is { Failure: not null } attempt
        && retry.Context.Properties.TryGetValue(Start, out var start)
        && retry.Context.Properties.TryGetValue(Patience, out var patience)
        && _timeProvider.GetElapsedTime(start) + Pause(attempt, retry.AttemptNumber) <= patience;

    private static TimeSpan Pause(Attempt attempt, int number)
    {
        var usual = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, number), LongestPause.TotalSeconds));
        return attempt.RetryAfter > usual ? attempt.RetryAfter.Value : usual;
    }

    private async Task<Reply> ReplyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var reply = new Reply(
            (int)answer.StatusCode,
            await answer.Content.ReadAsByteArrayAsync(cancellationToken),
            answer.Headers.Date
        );
        return reply.Status switch
        {
            401 => throw new ImportFailedException(
                $"{_options.To} refuses the key, or wants one: set {ImportCommand.KeyVariable} to it."
            ),
            403 => throw new ImportFailedException($"{_options.To} lets nobody in from here{Words(reply)}"),
            >= 300 and < 400 => throw new ImportFailedException(
                $"{_options.To} redirects to {answer.Headers.Location}: give --to the address it leads to."
            ),
            _ => reply,
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _timeProvider.GetUtcNow(),
            _ => null,
        };

    private static bool IsTransient(HttpStatusCode status) =>
        status
            is HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests
                or HttpStatusCode.InternalServerError
                or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout;

    private string Words(Reply reply) =>
        ProblemOf(reply) is { Title: not null } problem
            ? _redactor.Redact($": {problem.Title} {problem.Detail}".TrimEnd())
            : ".";

    /// <summary>One attempt at a call: the reply, or why there is none yet.</summary>
    private sealed record Attempt(Reply? Reply, string? Failure = null, TimeSpan? RetryAfter = null);
}

/// <summary>An answer of the server's that no repeating would better.</summary>
/// <param name="Date">The server's clock, in whole seconds; null where it doesn't tell.</param>
internal sealed record Reply(int Status, byte[] Body, DateTimeOffset? Date);
