using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Azure;
using Azure.Messaging.ServiceBus;
using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;

namespace OrderFunctions.Tests.Functions;

/// <summary>Every way in which a function may end, and what then becomes of its message.</summary>
public sealed class SettlementTests : IAsyncLifetime
{
    private const string Katalys = "orders-katalys";

    private FunctionsRig _rig = null!;

    public async Task InitializeAsync() => _rig = await FunctionsRig.StartAsync();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Delivered_completes()
    {
        var id = await SubmitAsync();

        await _rig.HandleAsync(Katalys);

        Assert.Equal($"complete {Katalys} {id}", _rig.Broker.Calls[^1]);
        Assert.Equal(DeliveryState.Delivered, (await EntryAsync()).State);
    }

    [Fact]
    public async Task Skipped_completes()
    {
        var id = await SubmitAsync(providers: "retrack", json => json["attribution"]!["retrackClick"] = null);

        await _rig.HandleAsync("orders-retrack");

        Assert.Equal($"complete orders-retrack {id}", _rig.Broker.Calls[^1]);
        Assert.Equal(DeliveryState.Skipped, (await EntryAsync("retrack")).State);
    }

    [Fact]
    public async Task Retry_dead_letters_with_when_to_try_again_and_what_it_has_cost()
    {
        await SubmitAsync();
        _rig.Sandbox.InjectFault("katalys", new Fault { Status = 500, Times = 3 });

        await _rig.HandleAsync(Katalys);

        var deadLetter = Next(Entities.Retry);
        Assert.Equal(("Retry", Katalys), (deadLetter.DeadLetterReason, deadLetter.DeadLetterSource));
        Assert.Contains("500", deadLetter.DeadLetterErrorDescription, StringComparison.Ordinal);
        Assert.Equal(
            (1, 3),
            (deadLetter.ApplicationProperties["retries"], deadLetter.ApplicationProperties["attempts"])
        );
        Assert.Equal(
            _rig.Time.GetUtcNow().AddSeconds(30).ToString("O", CultureInfo.InvariantCulture),
            deadLetter.ApplicationProperties["retryAt"]
        );
    }

    [Fact]
    public async Task Rejected_dead_letters_with_the_providers_words()
    {
        await SubmitAsync();
        _rig.Sandbox.InjectFault("katalys", new Fault { Status = 400, Body = "no such site" });

        await _rig.HandleAsync(Katalys);

        var deadLetter = Next(Entities.Retry);
        Assert.Equal("Rejected", deadLetter.DeadLetterReason);
        Assert.Contains("no such site", deadLetter.DeadLetterErrorDescription, StringComparison.Ordinal);
        Assert.False(deadLetter.ApplicationProperties.ContainsKey("retryAt"));
    }

    [Theory]
    [InlineData(Katalys)]
    [InlineData(Entities.Inbound)]
    public async Task An_unreadable_message_dead_letters_with_all_that_is_wrong_with_it(string queue)
    {
        Send(queue, """{"order":{"id":"1"},"colour":"red"}""");

        await _rig.HandleAsync(queue);

        var deadLetter = Next(Entities.Retry);
        Assert.Equal("Rejected", deadLetter.DeadLetterReason);
        Assert.Contains("$.occurredAt: is missing", deadLetter.DeadLetterErrorDescription, StringComparison.Ordinal);
        Assert.Contains("$.colour", deadLetter.DeadLetterErrorDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ERPs_order_goes_to_the_topic_and_completes()
    {
        Send(Entities.Inbound, Encoding.UTF8.GetString(Samples.Utf8()));

        await _rig.HandleAsync(Entities.Inbound);

        Assert.StartsWith("send order-events ", _rig.Broker.Calls[^2], StringComparison.Ordinal);
        Assert.Equal($"complete {Entities.Inbound} erp-1", _rig.Broker.Calls[^1]);
    }

    [Fact]
    public async Task Deliveries_that_a_down_ledger_keeps_waiting_tell_of_it_once_in_ten_seconds()
    {
        for (var i = 0; i < 3; i++)
        {
            await SubmitAsync(change: json => json["order"]!["id"] = $"{i}");
        }

        _rig.Table.Trouble = new RequestFailedException(503, "busy", "ServerBusy", null);
        for (var i = 0; i < 3; i++)
        {
            await _rig.HandleAsync(Katalys);
        }

        Assert.Single(_rig.Log.Lines, line => line.Contains("ledger.unavailable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_shuts_down_abandons_although_its_token_is_cancelled()
    {
        var id = await SubmitAsync();

        await _rig.HandleAsync(Katalys, cancellationToken: new CancellationToken(canceled: true));

        Assert.Equal($"abandon {Katalys} {id}", _rig.Broker.Calls[^1]);
        await _rig.HandleAsync(Katalys);
        Assert.Equal(DeliveryState.Delivered, (await EntryAsync()).State);
    }

    [Fact]
    public async Task An_unexpected_failure_abandons_and_is_logged()
    {
        var id = await SubmitAsync();
        _rig.Table.Trouble = new InvalidOperationException("a defect");

        await _rig.HandleAsync(Katalys);

        Assert.Equal($"abandon {Katalys} {id}", _rig.Broker.Calls[^1]);
        Assert.Contains(_rig.Log.Lines, line => line.Contains("delivery.failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_ledger_nobody_is_told_and_the_delivery_waits_at_no_cost_however_long()
    {
        await SubmitAsync();
        _rig.Table.Trouble = new RequestFailedException(503, "busy", "ServerBusy", null);
        for (var i = 0; i < 100; i++)
        {
            await _rig.DrainAsync();
            _rig.Time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Empty(_rig.Sandbox.Received("katalys"));
        Assert.Empty((await _rig.Bus.ListParkedAsync(new ParkedFilter(), 10, null, default)).Items);

        _rig.Table.Trouble = null;
        _rig.Time.Advance(RetrySchedule.LongestWait);
        await _rig.DrainAsync();

        var entry = await EntryAsync();
        Assert.Equal((DeliveryState.Delivered, 1), (entry.State, entry.Attempts[^1].Number));
    }

    [Fact]
    public async Task A_settlement_that_fails_is_logged_and_throws_nothing()
    {
        await SubmitAsync();

        await _rig.HandleAsync(Katalys, new InvalidOperationException("the host has gone"));

        Assert.Contains(_rig.Log.Lines, line => line.Contains("settlement.failed", StringComparison.Ordinal));
        Assert.DoesNotContain(_rig.Log.Lines, line => line.Contains("delivery.failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_told_but_could_not_be_completed_is_not_told_again()
    {
        await SubmitAsync();
        await _rig.HandleAsync(Katalys, new InvalidOperationException("the host has gone"));
        _rig.Time.Advance(Entities.LockDuration);

        await _rig.HandleAsync(Katalys);

        Assert.Single(_rig.Sandbox.Received("katalys"));
        Assert.StartsWith($"complete {Katalys}", _rig.Broker.Calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_is_scheduled_first_and_its_dead_letter_completed_second()
    {
        var id = await SubmitAsync();
        _rig.Sandbox.InjectFault("katalys", new Fault { Status = 500, Times = 3 });
        await _rig.HandleAsync(Katalys);

        await _rig.HandleAsync(Entities.Retry);

        Assert.StartsWith($"send {Katalys} ", _rig.Broker.Calls[^2], StringComparison.Ordinal);
        Assert.Equal($"complete {Entities.Retry} {id}", _rig.Broker.Calls[^1]);
        var copyId = _rig.Broker.Calls[^2].Split(' ')[^1];
        Assert.NotEqual(id, copyId);
        Assert.Null(_rig.Broker.TryReceive(Katalys));
        _rig.Time.Advance(TimeSpan.FromSeconds(30));
        var copy = Next(Katalys);
        Assert.Equal((copyId, 1), (copy.MessageId, copy.DeliveryCount));
        Assert.Equal((1, 3), (copy.ApplicationProperties["retries"], copy.ApplicationProperties["attempts"]));
        var eventId = Samples.Event(json => json["providers"] = new JsonArray("katalys")).EventId;
        Assert.Equal(("1001", eventId), (copy.ApplicationProperties["orderId"], copy.ApplicationProperties["eventId"]));
        Assert.False(copy.ApplicationProperties.ContainsKey("retryAt"));
    }

    [Fact]
    public async Task A_retry_that_cannot_be_scheduled_leaves_its_dead_letter_where_it_is()
    {
        await SubmitAsync();
        _rig.Sandbox.InjectFault("katalys", new Fault { Status = 500, Times = 3 });
        await _rig.HandleAsync(Katalys);
        var message = Next(Entities.Retry);
        _rig.Broker.Abandon(Entities.Retry, message);
        _rig.Broker.Refuses = Katalys;

        await _rig.HandleAsync(Entities.Retry);

        Assert.StartsWith($"abandon {Entities.Retry}", _rig.Broker.Calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delivery_without_retries_left_is_parked_and_a_person_can_send_it_back()
    {
        await SubmitAsync();
        _rig.Sandbox.InjectFault("katalys", new Fault { Status = 500, Times = 27 });
        for (var i = 0; i < 9; i++)
        {
            await _rig.DrainAsync();
            _rig.Time.Advance(TimeSpan.FromHours(10));
        }

        var parked = Assert.Single((await _rig.Bus.ListParkedAsync(new ParkedFilter(), 10, null, default)).Items);
        Assert.Equal(
            ("katalys", "1001", "RetriesExhausted", 27),
            (parked.Provider, parked.OrderId, parked.Reason, parked.Attempts)
        );
        Assert.Equal(DeliveryState.Parked, (await EntryAsync()).State);

        Assert.Equal(1, await _rig.Bus.ReplayAsync(new ParkedFilter("katalys"), 10, default));
        await _rig.DrainAsync();
        Assert.Equal(DeliveryState.Delivered, (await EntryAsync()).State);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task An_answer_longer_than_a_description_may_be_costs_Duel_no_call_beyond_the_budget(int status)
    {
        await SubmitAsync("duel");
        _rig.Sandbox.InjectFault("duel", new Fault { Status = status, BodyBytes = 4096 });
        for (var i = 0; i < 60; i++)
        {
            await _rig.DrainAsync();
            _rig.Time.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Equal(6, _rig.Sandbox.Received("duel").Count);
        Assert.DoesNotContain(_rig.Log.Lines, line => line.Contains("settlement.failed", StringComparison.Ordinal));
        var parked = Assert.Single((await _rig.Bus.ListParkedAsync(new ParkedFilter(), 10, null, default)).Items);
        Assert.Equal(("RetriesExhausted", 6), (parked.Reason, parked.Attempts));
        Assert.StartsWith(
            $"duel refused our Basic credentials with {status}",
            parked.Description,
            StringComparison.Ordinal
        );
        var entry = await EntryAsync("duel");
        Assert.Equal((DeliveryState.Parked, parked.Description), (entry.State, entry.Reason));
    }

    [Fact]
    public async Task A_message_whose_function_crashed_too_often_is_retried_by_its_providers_schedule()
    {
        await SubmitAsync();
        for (var i = 0; i < Entities.MostDeliveries; i++)
        {
            Next(Katalys);
            _rig.Time.Advance(Entities.LockDuration);
        }

        Assert.Null(_rig.Broker.TryReceive(Katalys));
        await _rig.HandleAsync(Entities.Retry);
        _rig.Time.Advance(TimeSpan.FromSeconds(30));
        await _rig.DrainAsync();

        Assert.Equal(DeliveryState.Delivered, (await EntryAsync()).State);
    }

    [Fact]
    public async Task A_dead_letter_of_a_subscription_is_told_apart_in_the_log_and_goes_to_the_providers_queue()
    {
        await SubmitAsync();
        _rig.Broker.DeadLetter(
            Katalys,
            Next(Katalys),
            [],
            "MessageSizeExceeded",
            "could not be forwarded",
            source: "order-events/Subscriptions/katalys"
        );

        await _rig.HandleAsync(Entities.Retry);

        Assert.Contains(
            _rig.Log.Lines,
            line => line.Contains(": subscription.dead-lettered katalys", StringComparison.Ordinal)
        );
        _rig.Time.Advance(TimeSpan.FromSeconds(30));
        await _rig.DrainAsync();
        Assert.Equal(DeliveryState.Delivered, (await EntryAsync()).State);
    }

    private async Task<string> SubmitAsync(string providers = "katalys", Action<JsonObject>? change = null)
    {
        var response = await _rig.CallAsync(
            "SubmitOrder",
            Samples.Utf8(json =>
            {
                json["providers"] = new JsonArray(providers);
                change?.Invoke(json);
            })
        );
        Assert.Equal(202, response.StatusCode);
        return _rig.Broker.Calls[^1].Split(' ')[^1];
    }

    private void Send(string queue, string body) =>
        _rig.Broker.Send(queue, new ServiceBusMessage(Encoding.UTF8.GetBytes(body)) { MessageId = "erp-1" });

    private ServiceBusReceivedMessage Next(string queue)
    {
        var message = _rig.Broker.TryReceive(queue);
        Assert.True(message is not null, $"{queue} should have a message.\n{_rig.Log}");
        return message;
    }

    private async Task<LedgerEntry> EntryAsync(string provider = "katalys")
    {
        var entry = await _rig.Ledger.FindAsync("1001", provider, default);
        Assert.True(entry is not null, $"The ledger should have an entry for {provider}.\n{_rig.Log}");
        return entry;
    }
}
