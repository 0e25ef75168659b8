using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.Sandbox.Faults;
using Xunit;

namespace OrderFunctions.TestKit.Conformance;

/// <summary>What holds for every provider, whatever it is told and however it answers; each provider's tests inherit it.</summary>
public abstract class ProviderConformance : RedactionConformance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The scheme of its Authorization header; null: it takes none.</summary>
    protected abstract string? Scheme { get; }

    /// <summary>How many attempts are made at once: the first and its quick retries.</summary>
    protected abstract int AttemptsAtOnce { get; }

    /// <summary>Whether an answer that is neither success nor passing trouble is retried all the same.</summary>
    protected virtual bool RetriesEveryRefusal => false;

    /// <summary>What a call that is known to create or update is, as `METHOD path`.</summary>
    protected abstract string FirstCall { get; }

    /// <summary>All that its calls may be, as `METHOD path`, with the order's id as it stands there.</summary>
    protected virtual IEnumerable<string> PathsOf(string id) =>
        [FirstCall.Replace("1001", id, StringComparison.Ordinal)];

    protected int MostAttempts => AttemptsAtOnce * (RetryDelays.Length + 1);

    /// <summary>Whether the provider has the order, once, as it should.</summary>
    protected virtual bool HasOrder(string orderId) => Sandbox.Provider(Name).HasOrder(orderId);

    [Fact]
    public async Task An_order_is_told_once_and_the_provider_finds_nothing_wrong_with_it()
    {
        var entry = await Rig.TellAsync(Name);

        Assert.Equal(DeliveryState.Delivered, entry.State);
        var call = Assert.Single(Sandbox.Received(Name));
        Assert.True(call.Problem is null, call.Problem);
        Assert.Equal($"{FirstCall} -> {call.StatusCode}", Assert.Single(Rig.Calls(Name)));
        Assert.True(HasOrder("1001"));
        var attempt = Assert.Single(entry.Attempts);
        Assert.Equal(
            (1, MostAttempts, "delivered", call.StatusCode),
            (attempt.Number, attempt.Of, attempt.Outcome, attempt.StatusCode)
        );
    }

    [Fact]
    public async Task A_call_carries_the_headers_that_the_documents_ask_for()
    {
        await Rig.TellAsync(Name);

        var headers = Assert.Single(Sandbox.Received(Name)).Headers;
        Assert.Equal("application/json", headers["Content-Type"]);
        Assert.Equal("application/json", headers["Accept"]);
        Assert.Equal(Scheme is null ? null : $"{Scheme} ***", headers.GetValueOrDefault("Authorization"));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(599)]
    public async Task Passing_trouble_is_retried_on_schedule(int status)
    {
        Sandbox.InjectFault(Name, new Fault { Status = status, Body = "we have trouble" });
        var start = Rig.Time.GetUtcNow();
        var entry = await Rig.TellAsync(Name);

        Assert.Equal((DeliveryState.Retrying, start + RetryDelays[0]), (entry.State, entry.NextAttemptAt));
        Assert.Contains($"answered {status}: we have trouble", entry.Reason, StringComparison.Ordinal);

        Sandbox.ClearFault(Name);
        await Rig.AdvanceAsync(RetryDelays[0] - TimeSpan.FromTicks(1));
        Assert.False(HasOrder("1001"));
        await Rig.AdvanceAsync(TimeSpan.FromTicks(1));

        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(Name)).State);
        Assert.True(HasOrder("1001"));
    }

    [Fact]
    public async Task A_provider_that_recovers_at_once_is_told_at_once_if_its_documents_allow()
    {
        Sandbox.InjectFault(Name, new Fault { Status = 500, Times = 1 });

        var entry = await Rig.TellAsync(Name);

        Assert.Equal(AttemptsAtOnce > 1 ? DeliveryState.Delivered : DeliveryState.Retrying, entry.State);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(410)]
    [InlineData(422)]
    [InlineData(301)]
    public async Task A_refusal_is_parked_with_the_provider_s_words(int status)
    {
        Sandbox.InjectFault(Name, new Fault { Status = status, Body = """{"message":"total is odd"}""" });

        var entry = await Rig.TellAsync(Name);

        Assert.Contains("total is odd", entry.Reason, StringComparison.Ordinal);
        if (RetriesEveryRefusal)
        {
            Assert.Equal(DeliveryState.Retrying, entry.State);
            return;
        }

        Assert.Equal(DeliveryState.Parked, entry.State);
        Assert.Equal(1, Sandbox.Count(Name));
        var parked = Assert.Single(await Rig.ParkedAsync());
        Assert.Equal(
            (Name, "1001", DeadLetterReasons.Rejected, 1),
            (parked.Provider, parked.OrderId, parked.Reason, parked.Attempts)
        );
        Assert.Contains("total is odd", parked.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_longer_Retry_After_is_obeyed(int status)
    {
        var wait = RetryDelays[0] + TimeSpan.FromMinutes(7);
        Sandbox.InjectFault(Name, new Fault { Status = status, RetryAfterSeconds = (int)wait.TotalSeconds });

        var start = Rig.Time.GetUtcNow();
        var entry = await Rig.TellAsync(Name);

        Assert.Equal(1, Sandbox.Count(Name));
        Assert.Equal(start + wait, entry.NextAttemptAt);
    }

    [Fact]
    public async Task A_shorter_Retry_After_does_not_shorten_the_schedule()
    {
        Sandbox.InjectFault(Name, new Fault { Status = 429, RetryAfterSeconds = 1 });

        var start = Rig.Time.GetUtcNow();
        var entry = await Rig.TellAsync(Name);

        Assert.Equal(1, Sandbox.Count(Name));
        Assert.Equal(start + RetryDelays[0], entry.NextAttemptAt);
    }

    [Fact]
    public async Task A_call_without_an_answer_ends_after_the_timeout_and_is_retried()
    {
        Sandbox.InjectFault(Name, new Fault { Hang = true });
        await Rig.SubmitAsync(Name);

        var handling = Rig.HandleAsync(Entities.QueueOf(Name));
        for (var call = 1; call <= AttemptsAtOnce; call++)
        {
            await Sandbox.WaitForAsync(Name, call).WaitAsync(Patience);
            Rig.Time.Advance(TimeSpan.FromSeconds(30));
        }

        await handling.WaitAsync(Patience);
        var entry = await Rig.EntryAsync(Name);
        Assert.Equal(DeliveryState.Retrying, entry.State);
        Assert.Contains("no answer within 30 seconds", entry.Reason, StringComparison.Ordinal);
        Assert.All(entry.Attempts, attempt => Assert.Equal((null, 30_000), (attempt.StatusCode, attempt.DurationMs)));
    }

    [Fact]
    public async Task A_dropped_connection_is_retried()
    {
        Sandbox.InjectFault(Name, new Fault { Drop = true });
        Assert.Equal(DeliveryState.Retrying, (await Rig.TellAsync(Name)).State);

        Sandbox.ClearFault(Name);
        await Rig.AdvanceAsync(RetryDelays[0]);

        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(Name)).State);
        Assert.True(HasOrder("1001"));
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_is_retried()
    {
        await Rig.Sandbox.DisposeAsync();

        var entry = await Rig.TellAsync(Name);

        Assert.Equal(DeliveryState.Retrying, entry.State);
        Assert.Contains("no answer:", entry.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_was_told_though_the_answer_was_lost_is_there_once_in_the_end()
    {
        Sandbox.InjectFault(Name, new Fault { ServeFirst = true, Drop = true });
        await Rig.TellAsync(Name);
        Assert.True(HasOrder("1001"));

        Sandbox.ClearFault(Name);
        await Rig.AdvanceAsync(RetryDelays[0]);

        var entry = await Rig.EntryAsync(Name);
        Assert.Equal((DeliveryState.Delivered, false), (entry.State, entry.MayHaveArrived));
        Assert.True(HasOrder("1001"));
        Assert.All(Sandbox.Received(Name), call => Assert.True(call.Problem is null, call.Problem));
    }

    // As RFC 3986 has it: all but the unreserved by their bytes. No id is a way to another of the provider's resources.
    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("../../admin", "..%2F..%2Fadmin")]
    [InlineData("/", "%2F")]
    [InlineData("//evil.example/", "%2F%2Fevil.example%2F")]
    [InlineData("..\\..\\admin", "..%5C..%5Cadmin")]
    [InlineData("..%2f..%2fadmin", "..%252f..%252fadmin")]
    [InlineData("%2e%2e", "%252e%252e")]
    [InlineData("%2e%2e%2fadmin", "%252e%252e%252fadmin")]
    [InlineData("%252e%252e", "%25252e%25252e")]
    [InlineData("...", "...")]
    [InlineData("..;", "..%3B")]
    [InlineData("1001?total=0", "1001%3Ftotal%3D0")]
    [InlineData("1001#x", "1001%23x")]
    [InlineData("1001&byOrderNumber=1002", "1001%26byOrderNumber%3D1002")]
    [InlineData("1001+1", "1001%2B1")]
    [InlineData("1001;v=1", "1001%3Bv%3D1")]
    [InlineData("10 01", "10%2001")]
    [InlineData("a%20b", "a%2520b")]
    [InlineData("user@evil:443", "user%40evil%3A443")]
    [InlineData("http://169.254.169.254/", "http%3A%2F%2F169.254.169.254%2F")]
    [InlineData("\u2025", "%E2%80%A5")]
    [InlineData("\u2215\uFF0F\uFF0E\uFF0E", "%E2%88%95%EF%BC%8F%EF%BC%8E%EF%BC%8E")]
    [InlineData("\u202E1001", "%E2%80%AE1001")]
    [InlineData("Bestellung-Ö", "Bestellung-%C3%96")]
    [InlineData("e\u0301", "e%CC%81")]
    [InlineData("\U0001F4E6", "%F0%9F%93%A6")]
    [InlineData("~-_.", "~-_.")]
    public async Task No_order_id_changes_the_path_of_a_request(string id, string inPath)
    {
        await Rig.TellAsync(Name, json => json["order"]!["id"] = id);
        await Rig.TellAsync(
            Name,
            json =>
            {
                json["occurredAt"] = "2025-11-22T00:00:00Z";
                json["order"]!["id"] = id;
                json["order"]!["status"] = "refunded";
            }
        );

        var paths = Rig.Calls(Name).Select(call => call.Split(" -> ")[0]).ToList();
        Assert.Equal(FirstCall.Replace("1001", inPath, StringComparison.Ordinal), paths[0]);
        Assert.All(paths, path => Assert.Contains(path, PathsOf(inPath)));
        Assert.True(HasOrder(id), $"{Name} has no order '{id}'.\n{Rig.Log}");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var headers = new Dictionary<string, string> { ["Location"] = $"{Rig.Sandbox.Url}received" };
        Sandbox.InjectFault(Name, new Fault { Status = 302, Headers = headers });

        var entry = await Rig.TellAsync(Name);

        Assert.NotEqual(DeliveryState.Delivered, entry.State);
        Assert.Equal(302, entry.Attempts[^1].StatusCode);
        Assert.All(Rig.Calls(Name), call => Assert.StartsWith(FirstCall, call, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    public async Task An_oversized_answer_is_cut_off(int status)
    {
        Sandbox.InjectFault(Name, new Fault { Status = status, BodyBytes = 20 * 1024 * 1024 });

        var entry = await Rig.TellAsync(Name);

        Assert.NotEqual(DeliveryState.Delivered, entry.State);
        Assert.InRange(entry.Reason!.Length, 1000, 4096);
        Assert.All(entry.Attempts, attempt => Assert.InRange(attempt.Detail!.Length, 1000, 4300));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(422)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Oversized_garbage_costs_no_call_beyond_the_budget_and_the_ledger_is_right(int status)
    {
        // Each emoji is two halves in UTF-16: wherever the text is cut off, none may be left alone.
        var garbage = "{\"message\":\"\0<html>" + string.Concat(Enumerable.Repeat("😀", 10_000));
        Sandbox.InjectFault(Name, new Fault { Status = status, Body = garbage });

        await Rig.TellAsync(Name);
        foreach (var delay in RetryDelays)
        {
            await Rig.AdvanceAsync(delay);
        }

        await Rig.AdvanceAsync(TimeSpan.FromDays(2));

        var entry = await Rig.EntryAsync(Name);
        var attempts =
            entry.State == DeliveryState.Delivered ? 1
            : status is 401 or 403 or 429 || (RetriesEveryRefusal && status < 300) ? RetryDelays.Length + 1
            : RetriesEveryRefusal || status is 408 or >= 500 ? MostAttempts
            : 1;
        Assert.Equal(attempts, Sandbox.Count(Name));
        Assert.Equal(
            Enumerable.Range(1, attempts).Select(number => (number, (int?)status)),
            entry.Attempts.Select(attempt => (attempt.Number, attempt.StatusCode))
        );
        Assert.Null(entry.NextAttemptAt);
        if (status < 300 && entry.State == DeliveryState.Delivered)
        {
            Assert.Empty(await Rig.ParkedAsync());
            return;
        }

        var parked = Assert.Single(await Rig.ParkedAsync());
        Assert.Equal(
            (DeliveryState.Parked, attempts > 1 ? DeadLetterReasons.RetriesExhausted : DeadLetterReasons.Rejected),
            (entry.State, parked.Reason)
        );
        Assert.Equal((entry.Reason, attempts), (parked.Description, parked.Attempts));
        Assert.All(parked.Description.EnumerateRunes(), rune => Assert.NotEqual(Rune.ReplacementChar, rune));
    }

    [Fact]
    public async Task The_same_event_again_is_not_told_again()
    {
        await Rig.TellAsync(Name);
        await Rig.TellAsync(Name);

        Assert.Equal(1, Sandbox.Count(Name));
    }

    [Fact]
    public async Task A_delivery_whose_completion_was_lost_is_not_told_again()
    {
        await Rig.SubmitAsync(Name);
        var received = await Rig.Bus.ReceiveAsync(Entities.QueueOf(Name), default);
        await Rig.HandleAsync(new BrokenLock(received));
        Assert.Equal(1, Sandbox.Count(Name));

        await Rig.AdvanceAsync(Entities.LockDuration);

        Assert.Equal(1, Sandbox.Count(Name));
        Assert.Empty(Rig.Bus.BusyQueues);
        Assert.Contains(Rig.Log.Lines, line => line.Contains("settlement.failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_older_event_that_comes_late_is_not_told()
    {
        await Rig.TellAsync(Name);

        await Rig.TellAsync(Name, json => json["occurredAt"] = "2025-11-21T14:03:06+01:00");

        Assert.Equal(1, Sandbox.Count(Name));
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(Name)).State);
        Assert.Contains(Rig.Log.Lines, line => line.Contains("superseded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_shuts_down_gives_the_message_back_and_frees_the_order()
    {
        Sandbox.InjectFault(Name, new Fault { Hang = true, Times = 1 });
        await Rig.SubmitAsync(Name);
        using var stop = new CancellationTokenSource();
        var handling = Rig.HandleAsync(Entities.QueueOf(Name), stop.Token);
        await Sandbox.WaitForAsync(Name, 1).WaitAsync(Patience);

        await stop.CancelAsync();
        await handling.WaitAsync(Patience);

        Assert.Null((await Rig.EntryAsync(Name)).Claim);
        Assert.Contains(Entities.QueueOf(Name), Rig.Bus.BusyQueues);
        Assert.DoesNotContain(Entities.Retry, Rig.Bus.BusyQueues);
        await Rig.DrainAsync();
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(Name)).State);
        Assert.True(HasOrder("1001"));
    }

    [Fact]
    public async Task A_provider_down_for_the_whole_schedule_is_called_on_schedule_then_the_delivery_is_parked_and_a_replay_delivers_it()
    {
        Sandbox.InjectFault(Name, new Fault { Status = 500, Body = "still down" });
        await Rig.SubmitAsync(Name);
        var due = new List<DateTimeOffset>();
        await Rig.DrainAsync();
        foreach (var delay in RetryDelays)
        {
            due.AddRange(Enumerable.Repeat(Rig.Time.GetUtcNow(), AttemptsAtOnce));
            await Rig.AdvanceAsync(delay - TimeSpan.FromTicks(1));
            await Rig.AdvanceAsync(TimeSpan.FromTicks(1));
        }

        due.AddRange(Enumerable.Repeat(Rig.Time.GetUtcNow(), AttemptsAtOnce));
        await Rig.AdvanceAsync(TimeSpan.FromDays(2));

        var entry = await Rig.EntryAsync(Name);
        Assert.Equal(
            due,
            entry
                .Attempts.Select(attempt => attempt.At)
                .Distinct()
                .SelectMany(at => Enumerable.Repeat(at, AttemptsAtOnce))
        );
        Assert.Equal(Enumerable.Range(1, MostAttempts), entry.Attempts.Select(attempt => attempt.Number).Distinct());
        Assert.Equal((DeliveryState.Parked, null), (entry.State, entry.NextAttemptAt));
        var parked = Assert.Single(await Rig.ParkedAsync());
        Assert.Equal((DeadLetterReasons.RetriesExhausted, MostAttempts), (parked.Reason, parked.Attempts));
        Assert.Contains("answered 500: still down", parked.Description, StringComparison.Ordinal);

        Sandbox.ClearFault(Name);
        Assert.Equal(1, await Rig.Bus.ReplayAsync(new ParkedFilter(Name), 10, default));
        await Rig.DrainAsync();

        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(Name)).State);
        Assert.True(HasOrder("1001"));
        Assert.Empty(await Rig.ParkedAsync());
    }

    [Fact]
    public async Task While_another_worker_tells_the_provider_of_the_order_a_second_one_steps_back()
    {
        Sandbox.InjectFault(Name, new Fault { Hang = true, Times = 1 });
        await Rig.SubmitAsync(Name);
        using var stop = new CancellationTokenSource();
        var first = Rig.HandleAsync(Entities.QueueOf(Name), stop.Token);
        await Sandbox.WaitForAsync(Name, 1).WaitAsync(Patience);

        await Rig.SubmitAsync(Name, json => json["occurredAt"] = "2025-11-22T00:00:00Z");
        await Rig.HandleAsync(Entities.QueueOf(Name));

        Assert.Equal(1, Sandbox.Count(Name));
        await stop.CancelAsync();
        await first.WaitAsync(Patience);
        await Rig.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.True(HasOrder("1001"));
        Assert.Null((await Rig.EntryAsync(Name)).Claim);
    }

    [Fact]
    public async Task An_outage_opens_the_circuit_and_deliveries_wait_uncounted_until_the_provider_is_back()
    {
        Sandbox.InjectFault(Name, new Fault { Status = 503 });
        for (var i = 0; i < 60; i++)
        {
            await Rig.SubmitAsync(Name, json => json["order"]!["id"] = $"o-{i}");
        }

        await Rig.DrainAsync();

        Assert.InRange(Sandbox.Count(Name), 20, 30);
        Assert.Contains(Rig.Log.Lines, line => line.Contains("circuit.opened", StringComparison.Ordinal));
        Assert.Null(await Rig.Ledger.FindAsync("o-59", Name, default));
        for (var i = 0; i < 60; i++)
        {
            // Whoever was answered tells that, not that the circuit opened before the next attempt; whoever came after it
            // opened is not even on record.
            if (await Rig.Ledger.FindAsync($"o-{i}", Name, default) is { } entry)
            {
                Assert.NotEmpty(entry.Attempts);
                Assert.Contains("answered 503", entry.Reason, StringComparison.Ordinal);
            }
        }

        Sandbox.ClearFault(Name);
        for (var i = 0; i < 40; i++)
        {
            await Rig.AdvanceAsync(TimeSpan.FromSeconds(30));
        }

        Assert.All(Enumerable.Range(0, 60), i => Assert.True(HasOrder($"o-{i}"), $"o-{i} was not told.\n{Rig.Log}"));
        Assert.Equal(1, Assert.Single((await Rig.EntryAsync(Name, "o-59")).Attempts).Number);
    }

    [Fact]
    public async Task A_disabled_provider_is_told_nothing_and_the_ledger_says_why()
    {
        await Rig.DisposeAsync();
        Rig = await Rig.StartAsync(($"Providers:{Name}:Enabled", "false"));

        var entry = await Rig.TellAsync(Name);

        Assert.Equal((DeliveryState.Skipped, $"{Name} is disabled"), (entry.State, entry.Reason));
        Assert.Equal(0, Sandbox.Count(Name));
    }

    /// <summary>Gives the order a later status and a smaller total.</summary>
    protected static Action<JsonObject> Later(
        string status,
        decimal total = 125,
        decimal tax = 25,
        string at = "2025-11-22T09:00:00+01:00"
    ) =>
        json =>
        {
            json["occurredAt"] = at;
            json["order"]!["status"] = status;
            json["order"]!["total"] = total;
            json["order"]!["tax"] = tax;
        };

    private sealed class BrokenLock(IMessageLock inner) : IMessageLock
    {
        public ReceivedMessage Received => inner.Received;

        public Task CompleteAsync(CancellationToken cancellationToken) =>
            throw new IOException("The link to the bus broke.");

        public Task AbandonAsync(CancellationToken cancellationToken) =>
            throw new IOException("The link to the bus broke.");

        public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken) =>
            throw new IOException("The link to the bus broke.");
    }
}
