using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrderFunctions.Credentials;
using OrderFunctions.Diagnostics;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Diagnostics;

public sealed class OperatorWebhookTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string OldSecret = "whsec_plJ3nmyCDGBKInavdOK15jslAAAAAAAA";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly LogBook _book = new();
    private readonly ILoggerFactory _loggers;
    private readonly Secrets _secrets = new() { [OperatorEventOptions.Secret] = Secret };
    private readonly Receiver _receiver = new();
    private readonly OperatorEvents _events;
    private readonly OperatorWebhook _webhook;

    public OperatorWebhookTests()
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_book));
        var options = new OperatorEventOptions { Url = new Uri("https://pager.example/hook?team=orders") };
        var queue = new OperatorEventQueue(options, _time);
        _events = new OperatorEvents(_loggers.CreateLogger<OperatorEvents>(), queue);
        _webhook = new OperatorWebhook(
            options,
            queue,
            // On a clock that stands still: what is moved here are the waits between the tries.
            new SecretCache(_secrets, new ManualTime(), _loggers.CreateLogger<SecretCache>()),
            _time,
            Rig.Longest,
            _loggers.CreateLogger<OperatorWebhook>(),
            _receiver
        );
    }

    public Task InitializeAsync() => _webhook.StartAsync(default);

    public Task DisposeAsync() => _webhook.StopAsync(default);

    public void Dispose()
    {
        _webhook.Dispose();
        _receiver.Dispose();
        _loggers.Dispose();
        _book.Dispose();
    }

    // The example of Standard Webhooks' reference libraries.
    [Fact]
    public void The_signature_is_the_one_that_the_specification_s_libraries_publish() =>
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Header(
                [WebhookSignature.Key(Secret)!],
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                DateTimeOffset.FromUnixTimeSeconds(1614265330),
                "{\"test\": 2432232314}"u8
            )
        );

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "no prefix")]
    [InlineData("whsec_not base64!", "no base64")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLQ==", "23 bytes")]
    public void What_is_no_secret_of_the_specification_is_none(string secret, string why) =>
        Assert.True(WebhookSignature.Key(secret) is null, why);

    [Fact]
    public async Task An_event_reaches_the_receiver_signed_and_says_what_happened()
    {
        _events.Raise(
            new OperatorEvent(OperatorEventTypes.DeliveryParked, "duel", "duel order <!channel> event paid: Rejected")
            {
                OrderId = "<!channel>",
            }
        );

        var call = await _receiver.NextAsync();
        var json = JsonNode.Parse(call.Body)!;
        Assert.Equal("https://pager.example/hook?team=orders", call.Url);
        Assert.Equal("application/json", call.ContentType);
        Assert.Equal(["type", "timestamp", "text", "data"], json.AsObject().Select(property => property.Key));
        Assert.Equal("delivery.parked", (string?)json["type"]);
        Assert.Equal(_time.GetUtcNow(), (DateTimeOffset)json["timestamp"]!);
        // As it is, a chat would call everybody.
        Assert.Equal("delivery.parked duel order ‹!channel› event paid: Rejected", (string?)json["text"]);
        Assert.Equal(
            ("duel", "<!channel>", 1),
            ((string?)json["data"]!["provider"], (string?)json["data"]!["orderId"], (int)json["data"]!["count"]!)
        );
        Assert.Equal(call.Signed(Secret), call.Signature);
    }

    [Fact]
    public async Task While_the_secret_is_rotated_either_of_the_two_verifies_it()
    {
        _secrets[OperatorEventOptions.PreviousSecret] = OldSecret;

        _events.Raise(Closed("duel"));

        var call = await _receiver.NextAsync();
        Assert.Equal($"{call.Signed(Secret)} {call.Signed(OldSecret)}", call.Signature);
    }

    [Fact]
    public async Task What_the_receiver_does_not_take_is_sent_again_with_the_same_id_and_a_new_timestamp()
    {
        _receiver.Answers.Enqueue(() => new HttpResponseMessage(HttpStatusCode.InternalServerError));
        _receiver.Answers.Enqueue(() => throw new HttpRequestException(HttpRequestError.ConnectionError));
        _events.Raise(Closed("duel"));

        var calls = new List<Call>();
        calls.Add(await _receiver.NextAsync());
        calls.Add(await NextAsync());
        calls.Add(await NextAsync());

        Assert.Single(calls.Select(call => call.Id).Distinct());
        Assert.Single(calls.Select(call => call.Body).Distinct());
        Assert.Equal(3, calls.Select(call => call.Timestamp).Distinct().Count());
        Assert.All(calls, call => Assert.Equal(call.Signed(Secret), call.Signature));
    }

    [Fact]
    public async Task A_receiver_that_says_when_is_not_asked_sooner()
    {
        _receiver.Answers.Enqueue(() =>
            new HttpResponseMessage(HttpStatusCode.TooManyRequests)
            {
                Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromMinutes(4)) },
            }
        );
        _events.Raise(Closed("duel"));
        var first = await _receiver.NextAsync();

        var second = await NextAsync();
        // The clock may have moved on to the end of the first call's 15 s before its answer was looked at.
        Assert.InRange(second.Timestamp - first.Timestamp, 240, 241 + 15);
    }

    [Fact]
    public async Task A_receiver_that_stays_down_costs_one_event_a_log_line_and_the_next_is_tried_again()
    {
        for (var i = 0; i < 10; i++)
        {
            _receiver.Answers.Enqueue(() => new HttpResponseMessage(HttpStatusCode.BadGateway));
        }

        _events.Raise(Closed("duel"));
        await _receiver.NextAsync();
        for (var i = 1; i < 10; i++)
        {
            await NextAsync();
        }

        await _book.WaitForAsync("operator.webhook.failed").WaitAsync(Patience);
        _events.Raise(Closed("retrack"));
        var next = await NextAsync();
        Assert.Contains("retrack", next.Body, StringComparison.Ordinal);
        Assert.Contains(
            "circuit.closed, 1 of them, did not reach OperatorEvents__Url: it answers 502",
            _book.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_receiver_that_is_gone_gets_nothing_any_more()
    {
        _receiver.Answers.Enqueue(() => new HttpResponseMessage(HttpStatusCode.Gone));
        _events.Raise(Closed("duel"));

        await _book.WaitForAsync("operator.webhook.gone").WaitAsync(Patience);
        await _webhook.ExecuteTask!.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_secret_that_is_none_is_told_and_nothing_is_sent_unsigned()
    {
        _secrets[OperatorEventOptions.Secret] = "changeme";
        _events.Raise(Closed("duel"));

        var written = _book.WaitForAsync("operator.webhook.failed");
        while (!written.IsCompleted)
        {
            await MoveOnAsync(written);
        }

        Assert.Contains(
            "The secret 'operator-webhook' must be whsec_ and base64 of 24 to 64 bytes.",
            _book.ToString(),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("changeme", _book.ToString(), StringComparison.Ordinal);
        Assert.Empty(_receiver.Answered);
    }

    private static OperatorEvent Closed(string provider) =>
        new(OperatorEventTypes.CircuitClosed, provider, $"{provider} answers again");

    // The next call, however long the wait before it.
    private async Task<Call> NextAsync()
    {
        var next = _receiver.NextAsync();
        while (!next.IsCompleted)
        {
            await MoveOnAsync(next);
        }

        return await next;
    }

    // To the next timer, once there is one.
    private async Task MoveOnAsync(Task awaited)
    {
        await Task.WhenAny(awaited, _time.SomebodyWaitsAsync()).WaitAsync(Patience);
        if (!awaited.IsCompleted && _time.NextTimer is { } due)
        {
            _time.AdvanceTo(due);
            await Task.Yield();
        }
    }

    private sealed record Call(
        string Url,
        string? ContentType,
        string Id,
        long Timestamp,
        string Signature,
        string Body
    )
    {
        public string Signed(string secret) =>
            WebhookSignature.Header(
                [WebhookSignature.Key(secret)!],
                Id,
                DateTimeOffset.FromUnixTimeSeconds(Timestamp),
                Encoding.UTF8.GetBytes(Body)
            );
    }

    private sealed class Receiver : HttpMessageHandler
    {
        private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();

        /// <summary>When there is none left, it takes what comes.</summary>
        public Queue<Func<HttpResponseMessage>> Answers { get; } = new();

        public List<Call> Answered { get; } = [];

        public Task<Call> NextAsync() => _calls.Reader.ReadAsync().AsTask().WaitAsync(Patience);

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var call = new Call(
                request.RequestUri!.AbsoluteUri,
                request.Content!.Headers.ContentType?.MediaType,
                Header("webhook-id"),
                long.Parse(Header("webhook-timestamp"), null),
                Header("webhook-signature"),
                await request.Content.ReadAsStringAsync(cancellationToken)
            );
            Answered.Add(call);
            try
            {
                return Answers.TryDequeue(out var answer)
                    ? answer()
                    : new HttpResponseMessage(HttpStatusCode.NoContent);
            }
            finally
            {
                _calls.Writer.TryWrite(call);
            }

            string Header(string name) => Assert.Single(request.Headers.GetValues(name));
        }
    }
}
