using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Delivery;

/// <summary>One delivery whose provider, ledger and circuit do what a test has them do in the midst of a call.</summary>
public sealed class DelivererTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly LogBook _log = new();
    private readonly DeliveryLog _deliveryLog;
    private readonly ScriptedProvider _handler = new();
    private readonly FragileLedger _ledger = new();
    private readonly CancellationTokenSource _stop = new();
    private ProviderChannel? _channel;

    public DelivererTests() => _deliveryLog = Rig.DeliveryLog(_time, _log);

    public void Dispose()
    {
        _channel?.Dispose();
        _handler.Dispose();
        _stop.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_call_that_the_ledger_can_not_record_is_in_the_log()
    {
        _handler.Answers.Enqueue(() =>
        {
            _ledger.IsDown = true;
            return Answer(204);
        });

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => DeliverAsync(Katalys()));

        var line = Assert.Single(LinesOf("delivery.attempt"));
        Assert.Contains(" 1/27 delivered 204 ", line, StringComparison.Ordinal);
        Assert.Empty(LinesOf("delivery.ended"));
    }

    [Fact]
    public async Task A_call_made_before_the_host_shut_down_is_in_the_log_and_the_ledger()
    {
        _handler.Answers.Enqueue(() => Answer(500));
        _handler.Answers.Enqueue(async () =>
        {
            await _stop.CancelAsync();
            throw new OperationCanceledException(_stop.Token);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DeliverAsync(Katalys()));

        Assert.Contains(" retry 500 ", Assert.Single(LinesOf("delivery.attempt")), StringComparison.Ordinal);
        Assert.Equal(500, Assert.Single((await EntryAsync()).Attempts).StatusCode);
    }

    [Fact]
    public async Task Each_call_has_one_line_and_the_last_line_says_when_it_goes_on()
    {
        _handler.Answers.Enqueue(() =>
            throw new HttpRequestException(HttpRequestError.ConnectionError, "nobody there")
        );
        _handler.Answers.Enqueue(() => Answer(500));
        _handler.Answers.Enqueue(() => Answer(500));

        await DeliverAsync(Katalys());

        string[] expected =
        [
            " 1/27 retry no-answer 0 ms",
            " 2/27 retry 500 0 ms",
            " 3/27 retry 500 0 ms",
            "retry at 2026-11-21 12:00:30Z",
        ];
        Assert.Equal(expected.Length, LinesOf("delivery.").Count);
        Assert.All(expected.Zip(LinesOf("delivery.")), pair => Assert.EndsWith(pair.First, pair.Second));
    }

    [Fact]
    public async Task When_the_circuit_opens_during_the_last_retry_the_parked_delivery_tells_what_the_provider_answered()
    {
        _handler.Answers.Enqueue(async () =>
        {
            await OpenTheCircuitAsync();
            return await Answer(503, "overloaded");
        });

        var deadLetter = await DeliverAsync(Katalys(), message => message with { Retries = 8, Attempts = 24 });

        Assert.Equal((DeadLetterReasons.RetriesExhausted, 25), (deadLetter?.Reason, deadLetter?.Attempts));
        Assert.Equal("answered 503: overloaded", deadLetter?.Description);
        var entry = await EntryAsync();
        Assert.Equal((DeliveryState.Parked, deadLetter?.Description), (entry.State, entry.Reason));
    }

    [Fact]
    public async Task A_delivery_whose_look_up_was_answered_and_whose_call_then_met_an_open_circuit_has_used_up_no_try()
    {
        _handler.Answers.Enqueue(async () =>
        {
            await OpenTheCircuitAsync();
            return await Answer(404);
        });

        var deadLetter = await DeliverAsync(
            Retrack(),
            message => message with { Retries = 8, Attempts = 24 },
            deliveryCount: 2
        );

        Assert.Equal((DeadLetterReasons.Retry, 8, 24), (deadLetter?.Reason, deadLetter?.Retries, deadLetter?.Attempts));
        Assert.Equal("found", Assert.Single((await EntryAsync()).Attempts).Outcome);

        _time.Advance(deadLetter!.RetryAt!.Value - _time.GetUtcNow());
        _handler.Answers.Enqueue(() => Answer(404));
        _handler.Answers.Enqueue(() => Answer(200, """{"data":{"uuid":"0d3a3c2e-3ae3-4f4d-8a3c-6c7b1f7d9a10"}}"""));
        Assert.Null(
            await DeliverAsync(Retrack(), message => message with { Retries = 8, Attempts = 24 }, deliveryCount: 2)
        );
        Assert.Equal([25, 25, 25], (await EntryAsync()).Attempts.Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task Another_worker_s_claim_is_waited_for_shortly_however_long_the_delivery_had_waited_before()
    {
        var claim = new Claim(Guid.NewGuid(), _time.GetUtcNow() + Entities.LockDuration);
        var entry = new LedgerEntry("1001", "katalys", Samples.Event().Version, DeliveryState.Retrying);
        await _ledger.TrySaveAsync(entry with { Claim = claim }, default);

        var deadLetter = await DeliverAsync(Katalys(), message => message with { Waits = 5 });

        Assert.Equal((_time.GetUtcNow().AddSeconds(5), 0), (deadLetter?.RetryAt, deadLetter?.Waits));
    }

    // What other deliveries do meanwhile.
    private async Task OpenTheCircuitAsync()
    {
        var step = _channel!.Provider.Next(Samples.Event(), PriorState.Nothing);
        var request = Assert.IsType<Step.Send>(step).Request;
        for (var i = 0; i < 20; i++)
        {
            _handler.Answers.Enqueue(() => Answer(500));
            await _channel.CallAsync(request, authorization: null, default);
        }

        await Assert.ThrowsAsync<CallNotMadeException>(() => _channel.CallAsync(request, authorization: null, default));
    }

    private Task<DeadLetter?> DeliverAsync(
        Provider provider,
        Func<BusMessage, BusMessage>? change = null,
        int deliveryCount = 1
    )
    {
        _channel ??= new ProviderChannel(provider, new InMemoryState(), Rig.SendingLog(_time, _log), _time, _handler);
        var secrets = new SecretCache(new Secrets(), _time, NullLogger<SecretCache>.Instance);
        var reader = new OrderEventReader(Samples.ProviderNames);
        var deliverer = new Deliverer(reader, _ledger, secrets, new LedgerOptions(), _deliveryLog, _time, Rig.Longest);
        var message = new BusMessage("id", Samples.Utf8()) { OrderId = "1001", Provider = provider.Name };
        var received = new ReceivedMessage(
            change?.Invoke(message) ?? message,
            Entities.QueueOf(provider.Name),
            deliveryCount
        );
        return deliverer.DeliverAsync(_channel, received, _stop.Token);
    }

    private async Task<LedgerEntry> EntryAsync() =>
        (await _ledger.FindAsync("1001", _channel!.Provider.Name, default))!;

    private IReadOnlyList<string> LinesOf(string words) =>
        [.. _log.Lines.Where(line => line.Contains($": {words}", StringComparison.Ordinal))];

    private static Task<HttpResponseMessage> Answer(int status, string body = "") =>
        Task.FromResult(
            new HttpResponseMessage((HttpStatusCode)status)
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            }
        );

    private static KatalysProvider Katalys() =>
        new(
            new KatalysOptions
            {
                Enabled = true,
                SiteId = "store.example.com",
                QuickRetryDelay = TimeSpan.Zero,
            }
        );

    private static RetrackProvider Retrack() =>
        new(
            new RetrackOptions
            {
                Enabled = true,
                EventId = Guid.NewGuid(),
                QuickRetryDelay = TimeSpan.Zero,
            }
        );

    private sealed class ScriptedProvider : HttpMessageHandler
    {
        public Queue<Func<Task<HttpResponseMessage>>> Answers { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) => Answers.Dequeue()();
    }
}
