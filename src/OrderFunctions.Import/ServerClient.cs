using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrderFunctions.Redaction;

namespace OrderFunctions.Import;

/// <summary>
/// Calls OrderFunctions, again and again with growing pauses where it can't be reached or can't take it now, and turns
/// what no repeating would mend into a sentence.
/// </summary>
internal sealed class ServerClient : IDisposable
{
    // Azure Functions\' own name for it, which the local host uses too.
    private const string KeyHeader = "x-functions-key";

    private const int MostAnswerBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(100);

    private readonly Redactor _redactor = new();
    private readonly HttpClient _http;
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
        var start = _timeProvider.GetTimestamp();
        for (var usual = FirstPause; ; usual = usual * 2 < LongestPause ? usual * 2 : LongestPause)
        {
            string trouble;
            var pause = usual;
            try
            {
                using var message = request();
                using var answer = await _http.SendAsync(message, cancellationToken);
                if (!IsTransient(answer.StatusCode))
                {
                    return await ReplyAsync(answer, cancellationToken);
                }

                trouble = $"answers {(int)answer.StatusCode}";
                pause = RetryAfter(answer) is { } wanted && wanted > usual ? wanted : usual;
            }
            catch (HttpRequestException error)
            {
                trouble = $"can't be reached ({error.Message})";
            }
            catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                trouble = $"does not answer within {Timeout.TotalSeconds} s";
            }

            if (_timeProvider.GetElapsedTime(start) + pause > patience)
            {
                throw new ImportFailedException($"{_options.To} {trouble}.");
            }

            _progress.Note(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_options.To} {trouble}. Trying again in {pause.TotalSeconds:0} s."
                )
            );
            await Task.Delay(pause, _timeProvider, cancellationToken);
        }
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
}
