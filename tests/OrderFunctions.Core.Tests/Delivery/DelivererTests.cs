using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Credentials;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Delivery;

/// <summary>One delivery whose provider, ledger and circuit do what a test has them do in the midst of a call.</summary>
public sealed class DelivererTests : IDisposable
{
    private const string TransactionUuid = "0d3a3c2e-3ae3-4f4d-8a3c-6c7b1f7d9a10";
    private const string Transaction = $$"""{"data":{"uuid":"{{TransactionUuid}}"} }""";

    private readonly ManualTime _time = new();
    private readonly LogBook _log = new();
    private readonly DeliveryLog _deliveryLog;
    private readonly ScriptedProvider _handler = new();
    private readonly FragileLedger _ledger = new();
    private readonly CancellationTokenSource _stop = new();
    private ISecretStore _secrets = new Secrets();
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
    public async Task While_the_ledger_can_not_be_had_nobody_is_told_and_the_operator_hears_of_it()
    {
        _ledger.IsDown = true;

        var deadLetter = await DeliverAsync(Katalys());

        Assert.Equal((DeadLetterReasons.Retry, 0), (deadLetter?.Reason, deadLetter?.Attempts));
        Assert.Empty(_handler.Authorizations);
        Assert.Single(LinesOf("ledger.unavailable"));
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
        Assert.All(LinesOf("delivery."), line => Assert.StartsWith("Information OrderFunctions: delivery.", line));
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
    public async Task When_the_circuit_opens_before_a_click_s_quick_retry_the_click_tells_what_the_provider_answered()
    {
        _handler.Answers.Enqueue(async () =>
        {
            await OpenTheCircuitAsync();
            return await Answer(503, "overloaded");
        });

        Assert.Equal(
            DeadLetter.Retry("answered 503: overloaded", _time.GetUtcNow().AddSeconds(30), retries: 1, attempts: 1),
            await ClickAsync()
        );

        var notCalled = await ClickAsync();
        Assert.Equal((0, 0, 1), (notCalled?.Retries, notCalled?.Attempts, notCalled?.Waits));
        Assert.Contains("failed too often of late", notCalled?.Description, StringComparison.Ordinal);
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
        _handler.Answers.Enqueue(() => Answer(200, Transaction));
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

    [Fact]
    public async Task A_call_that_could_outlast_the_claim_is_not_made()
    {
        // A call may take 200 s, and 5 s more may pass before its turn: it fits into the claim's 5 minutes for 95 s.
        var katalys = Katalys();
        katalys.Options.TimeoutSeconds = 200;
        _handler.Answers.Enqueue(() => After(TimeSpan.FromSeconds(95), Answer(500)));
        _handler.Answers.Enqueue(() => After(TimeSpan.FromTicks(1), Answer(500)));

        var deadLetter = await DeliverAsync(katalys);

        Assert.Equal(
            DeadLetter.Retry("answered 500", _time.GetUtcNow().AddSeconds(30), retries: 1, attempts: 2),
            deadLetter
        );
    }

    [Fact]
    public async Task A_provider_too_slow_for_a_look_up_and_a_call_uses_up_its_schedule()
    {
        var retrack = Retrack();
        retrack.Options.TimeoutSeconds = 200;
        _handler.Answers.Enqueue(() => After(TimeSpan.FromSeconds(96), Answer(404)));

        var deadLetter = await DeliverAsync(retrack, deliveryCount: 2);

        Assert.Equal(
            DeadLetter.Retry(
                "the time to tell the provider has run out",
                _time.GetUtcNow().AddSeconds(30),
                retries: 1,
                attempts: 1
            ),
            deadLetter
        );
    }

    [Fact]
    public async Task A_delivery_whose_secret_came_too_late_for_a_call_goes_on_at_once_and_uses_up_nothing()
    {
        var retrack = Retrack();
        retrack.Options.TimeoutSeconds = 200;
        _secrets = new FakeStore
        {
            Value = _ =>
            {
                _time.Advance(TimeSpan.FromSeconds(96));
                return "secret";
            },
        };

        var deadLetter = await DeliverAsync(retrack);

        Assert.Equal((_time.GetUtcNow(), 0, 0), (deadLetter?.RetryAt, deadLetter?.Retries, deadLetter?.Attempts));
        Assert.Empty((await EntryAsync()).Attempts);
    }

    [Fact]
    public async Task A_call_whose_secret_was_refused_is_made_once_more_with_the_renewed_one_and_both_are_one_attempt()
    {
        _secrets = new FakeStore();
        _handler.Answers.Enqueue(() => Answer(401, "expired"));
        _handler.Answers.Enqueue(() => Answer(200, Transaction));

        Assert.Null(await DeliverAsync(Retrack()));

        Assert.Equal(["Bearer retrack-bearer-token-1", "Bearer retrack-bearer-token-2"], _handler.Authorizations);
        var entry = await EntryAsync();
        Assert.Equal(
            [(1, "credentialRefused", "answered 401: expired"), (1, "delivered", null)],
            entry.Attempts.Select(attempt => (attempt.Number, attempt.Outcome, attempt.Detail))
        );
        Assert.Equal((DeliveryState.Delivered, TransactionUuid), (entry.State, entry.Reference));
        Assert.Empty(LinesOf("credential.rejected"));
    }

    [Theory]
    [InlineData(true, 2)]
    // The same would be refused again.
    [InlineData(false, 1)]
    public async Task Credentials_that_stay_refused_wait_for_the_schedule_and_the_operator_hears_of_it(
        bool isRenewed,
        int calls
    )
    {
        _secrets = new FakeStore { Value = isRenewed ? null : _ => "the same" };
        for (var call = 0; call < calls; call++)
        {
            _handler.Answers.Enqueue(() => Answer(401, "expired"));
        }

        var deadLetter = await DeliverAsync(Retrack());

        Assert.Equal(
            DeadLetter.Retry(
                "retrack refused our Bearer credentials with 401; create; answered 401: expired",
                _time.GetUtcNow().AddSeconds(30),
                retries: 1,
                attempts: 1
            ),
            deadLetter
        );
        Assert.Equal(calls, _handler.Authorizations.Count);
        Assert.Single(LinesOf("credential.rejected"));
    }

    [Fact]
    public async Task Of_a_provider_without_credentials_that_refuses_a_call_nobody_is_sent_to_look_for_a_secret()
    {
        _handler.Answers.Enqueue(() => Answer(403));

        var deadLetter = await DeliverAsync(Katalys());

        Assert.Equal(
            "katalys refused a call that needs no credentials with 403; report; answered 403",
            deadLetter?.Description
        );
    }

    [Fact]
    public async Task A_newer_event_that_an_older_one_has_told_is_the_one_that_the_log_tells_of()
    {
        var newer = Samples.Event(json =>
        {
            json["eventId"] = "newer";
            json["occurredAt"] = Samples.Event().OccurredAt.AddMinutes(1);
            json.Remove("attribution");
        });
        var waiting = new LedgerEntry("1001", "katalys", newer.Version, DeliveryState.Retrying)
        {
            Incomplete = new IncompleteEvent(newer, newer.AcceptedAt),
        };
        await _ledger.TrySaveAsync(waiting, default);
        _handler.Answers.Enqueue(() => Answer(204));

        Assert.Null(await DeliverAsync(Katalys()));

        Assert.EndsWith(
            "delivery.ended katalys 1001 newer delivered",
            Assert.Single(LinesOf("delivery.ended")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Credentials_that_are_refused_and_can_not_be_renewed_wait_for_the_schedule()
    {
        var fetches = 0;
        _secrets = new FakeStore
        {
            Value = _ => ++fetches == 1 ? "old" : throw new CredentialUnavailableException("the vault is down"),
        };
        _handler.Answers.Enqueue(() => Answer(403));

        var deadLetter = await DeliverAsync(Retrack());

        Assert.Equal(
            DeadLetter.Retry(
                "credentials refused, and the vault is down; create; answered 403",
                _time.GetUtcNow().AddSeconds(30),
                retries: 1,
                attempts: 1
            ),
            deadLetter
        );
    }

    [Fact]
    public async Task A_call_that_the_shut_down_cut_off_may_have_arrived()
    {
        _handler.Answers.Enqueue(async () =>
        {
            await _stop.CancelAsync();
            throw new OperationCanceledException(_stop.Token);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DeliverAsync(Katalys()));

        var entry = await EntryAsync();
        Assert.Equal((true, null), (entry.MayHaveArrived, entry.Claim));
        Assert.Empty(entry.Attempts);
    }

    [Theory]
    [InlineData(204, DeliveryState.Delivered)]
    [InlineData(429, DeliveryState.Parked)]
    public async Task What_another_worker_that_took_over_has_put_on_record_stays_unless_the_provider_has_the_event(
        int status,
        DeliveryState state
    )
    {
        var katalys = Katalys();
        katalys.Options.RetryDelays = [];
        _handler.Answers.Enqueue(async () =>
        {
            var claimed = await EntryAsync();
            await _ledger.TrySaveAsync(
                claimed with
                {
                    Claim = null,
                    State = DeliveryState.Parked,
                    Reason = "theirs",
                },
                default
            );
            return await Answer(status);
        });
        _handler.Answers.Enqueue(() => Answer(400, "ours"));

        await DeliverAsync(katalys);

        var entry = await EntryAsync();
        Assert.Equal(state, entry.State);
        Assert.NotEqual("answered 400: ours", entry.Reason);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(429, false)]
    public async Task A_failure_leaves_a_doubt_where_the_provider_may_have_taken_the_request(int status, bool isInDoubt)
    {
        for (var call = 0; call < 3; call++)
        {
            _handler.Answers.Enqueue(() => Answer(status));
        }

        await DeliverAsync(Katalys());

        Assert.Equal(isInDoubt, (await EntryAsync()).MayHaveArrived);
    }

    [Fact]
    public async Task A_delivery_after_a_failure_leaves_no_doubt_and_the_record_has_what_was_told()
    {
        var step = Assert.IsType<Step.Send>(Katalys().Next(Samples.Event(), PriorState.Nothing));
        _handler.Answers.Enqueue(() => Answer(500));
        _handler.Answers.Enqueue(() => After(TimeSpan.FromSeconds(1.5), Answer(204)));

        Assert.Null(await DeliverAsync(Katalys()));

        var entry = await EntryAsync();
        Assert.False(entry.MayHaveArrived);
        Assert.Equal(step.Told with { Request = DeliveryDecision.HashOf(step.Request) }, entry.ToldLast);
        Assert.Equal([0L, 1500], entry.Attempts.Select(attempt => attempt.DurationMs));
    }

    [Fact]
    public async Task After_each_call_whose_fate_is_unknown_the_transaction_is_looked_up_again_as_part_of_the_next_attempt()
    {
        _handler.Answers.Enqueue(() => Answer(500));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            _handler.Answers.Enqueue(() => Answer(200, Transaction));
            _handler.Answers.Enqueue(() => Answer(500, "down"));
        }

        var deadLetter = await DeliverAsync(Retrack());

        Assert.Equal(("answered 500: down", 3), (deadLetter?.Description, deadLetter?.Attempts));
        var entry = await EntryAsync();
        Assert.Equal(
            [(1, "create"), (2, "look-up"), (2, "update"), (3, "look-up"), (3, "update")],
            entry.Attempts.Select(attempt => (attempt.Number, attempt.Purpose))
        );
        Assert.Equal((TransactionUuid, true), (entry.Reference, entry.MayHaveArrived));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("59d08c54-18e6-4e0d-9c06-d18be3510e43")]
    public async Task A_look_up_settles_a_doubt_and_its_uuid_counts_even_where_no_call_follows(string? onRecord)
    {
        var known = new LedgerEntry("1001", "retrack", Samples.Event().Version, DeliveryState.Retrying);
        await _ledger.TrySaveAsync(known with { Reference = onRecord }, default);
        _handler.Answers.Enqueue(async () =>
        {
            await OpenTheCircuitAsync();
            return await Answer(200, Transaction);
        });

        await DeliverAsync(Retrack(), deliveryCount: 2);

        var entry = await EntryAsync();
        Assert.Equal(("look-up", "found"), (entry.Attempts.Single().Purpose, entry.Attempts.Single().Outcome));
        Assert.Equal((TransactionUuid, false), (entry.Reference, entry.MayHaveArrived));
    }

    [Fact]
    public async Task What_a_person_sends_back_may_have_been_told_and_is_looked_up_first()
    {
        _handler.Answers.Enqueue(() => Answer(404));
        _handler.Answers.Enqueue(() => Answer(200, Transaction));

        Assert.Null(await DeliverAsync(Retrack(), message => message with { Replays = 1 }));

        Assert.Equal(["look-up", "create"], (await EntryAsync()).Attempts.Select(attempt => attempt.Purpose));
    }

    [Fact]
    public async Task A_transaction_that_the_look_up_misses_is_updated_by_the_uuid_on_record()
    {
        var known = new LedgerEntry("1001", "retrack", Samples.Event().Version, DeliveryState.Retrying)
        {
            Reference = TransactionUuid,
        };
        await _ledger.TrySaveAsync(known, default);
        _handler.Answers.Enqueue(() => Answer(404));
        _handler.Answers.Enqueue(() => Answer(200, Transaction));

        Assert.Null(await DeliverAsync(Retrack()));

        Assert.Equal(["look-up", "update"], (await EntryAsync()).Attempts.Select(attempt => attempt.Purpose));
    }

    [Fact]
    public async Task A_secret_that_nobody_refused_is_not_fetched_for_each_call()
    {
        var store = new FakeStore();
        _secrets = store;
        _handler.Answers.Enqueue(() => Answer(400));
        _handler.Answers.Enqueue(() => Answer(400));
        _handler.Answers.Enqueue(() => Answer(400));

        await DeliverAsync(Retrack());

        Assert.Equal(
            (3, 1),
            (_handler.Authorizations.Count(header => header is "Bearer retrack-bearer-token-1"), store.Fetches)
        );
    }

    [Fact]
    public async Task A_second_try_that_the_rate_limit_holds_back_comes_when_the_limit_allows_it()
    {
        var katalys = Katalys();
        katalys.Options.RequestsPerMinute = 1;
        var start = _time.GetUtcNow();
        _handler.Answers.Enqueue(() => Answer(500));

        var delivery = DeliverAsync(katalys);
        await _time.SomebodyWaitsAsync();
        _time.Advance(SlidingMinuteLimiter.LongestWait);

        Assert.Equal(
            DeadLetter.Retry("answered 500", start.AddMinutes(1), retries: 1, attempts: 1),
            await delivery.WaitAsync(TimeSpan.FromSeconds(30))
        );
    }

    [Fact]
    public async Task What_a_provider_refuses_is_on_record_in_its_own_words_once()
    {
        _handler.Answers.Enqueue(() => Answer(400, "no such site"));

        var deadLetter = await DeliverAsync(Katalys());

        Assert.Equal(
            (DeadLetterReasons.Rejected, "answered 400: no such site"),
            (deadLetter?.Reason, deadLetter?.Description)
        );
        Assert.Equal("answered 400: no such site", Assert.Single((await EntryAsync()).Attempts).Detail);
    }

    [Fact]
    public async Task What_is_to_be_known_of_a_request_stands_on_record_before_the_provider_s_words()
    {
        _handler.Answers.Enqueue(() => Answer(400, "too late"));

        await DeliverAsync(
            Katalys(),
            message =>
                message with
                {
                    Body = Samples.Utf8(json =>
                    {
                        json["occurredAt"] = "2025-12-24T00:00:00Z";
                        json["order"]!["status"] = "refunded";
                    }),
                }
        );

        Assert.Equal(
            "more than 3 days after the order was placed: Katalys may not reject it by itself; answered 400: too late",
            Assert.Single((await EntryAsync()).Attempts).Detail
        );
    }

    private async Task<HttpResponseMessage> After(TimeSpan duration, Task<HttpResponseMessage> answer)
    {
        _time.Advance(duration);
        return await answer;
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
        var secrets = new SecretCache(_secrets, _time, NullLogger<SecretCache>.Instance);
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

    private Task<DeadLetter?> ClickAsync()
    {
        var avantLink = new AvantLinkProvider(
            new AvantLinkOptions
            {
                Enabled = true,
                MerchantId = Guid.Empty,
                QuickRetryDelay = TimeSpan.Zero,
            }
        );
        _channel ??= new ProviderChannel(avantLink, new InMemoryState(), Rig.SendingLog(_time, _log), _time, _handler);
        var click = """{ "visitorIds": ["v"], "userAgent": "Mozilla/5.0", "pageUrl": "https://store.example.com/" }""";
        var message = new BusMessage("id", Encoding.UTF8.GetBytes(click)) { Kind = MessageKind.Click };
        return new ClickDeliverer(_deliveryLog, _time, Rig.Longest).DeliverAsync(_channel, message, default);
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

        public List<string?> Authorizations { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Authorizations.Add(request.Headers.Authorization?.ToString());
            return Answers.Dequeue()();
        }
    }
}
