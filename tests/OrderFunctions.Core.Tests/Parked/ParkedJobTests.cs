using System.Text.Json.Nodes;
using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Delivery;
using OrderFunctions.Core.Tests.Sending.Limits;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Parked;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Parked;

public sealed class ParkedJobTests : ParkedTest
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_replay_without_a_pace_sends_all_back_and_needs_no_job()
    {
        await ParkAsync(3);

        var answer = await ReplayAsync();

        Assert.Equal("""{"matched":3,"replayed":3}""", answer.ToJsonString());
        await Rig.DrainAsync();
        Assert.Equal(3, Rig.Sandbox.State.Count(Katalys));
        Assert.Empty(await Rig.ParkedAsync());
    }

    [Fact]
    public async Task A_replay_at_a_pace_sends_so_many_a_minute_back_until_all_are()
    {
        await ParkAsync(25);

        var answer = await ReplayAsync("""{"perMinute":10}""");

        Assert.Equal((25, 10), (Number(answer, "matched"), Number(answer, "replayed")));
        Assert.Equal($"/api/parked/jobs/{IdOf(answer)}", answer["job"]!["status"]!.GetValue<string>());
        foreach (var (told, state) in new[] { (10, "running"), (20, "running"), (25, "done") })
        {
            await Rig.DrainAsync();
            Assert.Equal(told, Rig.Sandbox.State.Count(Katalys));
            await AssertJobAsync(answer, state, done: told);
            Rig.Time.Advance(Minute);
        }

        Assert.Empty(Rig.Bus.BusyQueues);
    }

    [Fact]
    public async Task What_is_parked_after_a_replay_began_is_not_meant()
    {
        Rig.Sandbox.State.InjectFault(Katalys, new() { Status = 400, Body = "no" });
        await ParkAsync(3);

        var answer = await ReplayAsync("""{"perMinute":1}""");
        await MinutesAsync(10);

        await AssertJobAsync(answer, "done", done: 3);
        Assert.Equal(3, Rig.Sandbox.State.Count(Katalys));
        Assert.All(await Rig.ParkedAsync(), parked => Assert.Equal(1, parked.Replays));
    }

    [Fact]
    public async Task One_that_was_replayed_three_times_in_vain_is_held_back_unless_it_is_forced()
    {
        Rig.Sandbox.State.InjectFault(Katalys, new() { Status = 400, Body = "no" });
        await ParkAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("""{"matched":1,"replayed":1}""", (await ReplayAsync()).ToJsonString());
            await Rig.DrainAsync();
        }

        Assert.Equal("""{"matched":1,"replayed":0,"heldBack":1}""", (await ReplayAsync()).ToJsonString());
        Assert.Equal(3, Assert.Single(await Rig.ParkedAsync()).Replays);

        Rig.Sandbox.State.ClearFault(Katalys);
        Assert.Equal("""{"matched":1,"replayed":1}""", (await ReplayAsync("""{"force":true}""")).ToJsonString());
        await Rig.DrainAsync();
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(Katalys, "o-0")).State);
    }

    [Fact]
    public async Task One_whose_order_has_a_newer_event_that_was_told_is_closed_and_said()
    {
        await ParkAsync(2);
        await Rig.TellAsync(
            Katalys,
            json =>
            {
                json["order"]!["id"] = "o-0";
                json["occurredAt"] = "2026-11-21T11:00:00Z";
            }
        );

        var answer = await ReplayAsync();

        Assert.Equal("""{"matched":2,"replayed":1,"superseded":1}""", answer.ToJsonString());
        Assert.Empty(await Rig.ParkedAsync());
        Assert.Contains("1 were closed since a newer event", Rig.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_to_be_told_anew_goes_back_though_its_event_was_told()
    {
        await Rig.TellAsync(Katalys);
        var orderEvent = Samples.Event(json => json["providers"] = new JsonArray(Katalys));
        var asked = new AskedAgain([Katalys], Rig.Time.GetUtcNow(), By: null, IsForced: false);
        var message = new BusMessage("again", CanonicalJson.Write(orderEvent))
        {
            OrderId = orderEvent.Order.Id,
            EventId = orderEvent.EventId,
            Provider = Katalys,
        };
        await ParkAsync(message with { AskedAgain = asked });
        await ParkAsync(message);

        Assert.Equal("""{"matched":2,"replayed":1,"superseded":1}""", (await ReplayAsync()).ToJsonString());
        await Rig.DrainAsync();
        Assert.Equal(2, Rig.Sandbox.State.Count(Katalys));
    }

    [Fact]
    public async Task A_cancelled_job_sends_nothing_more_and_the_rest_stays_parked()
    {
        await ParkAsync(3);
        var answer = await ReplayAsync("""{"perMinute":1}""");

        for (var i = 0; i < 2; i++)
        {
            await CallAsync((request, token) => Endpoints.CancelJobAsync(request, IdOf(answer), token), null, 204);
        }

        await MinutesAsync(5);
        await AssertJobAsync(answer, "cancelled", done: 1);
        Assert.Equal(2, (await Rig.ParkedAsync()).Count);
    }

    [Fact]
    public async Task A_job_that_is_unknown_is_not_found()
    {
        await CallAsync((request, token) => Endpoints.FindJobAsync(request, "x", token), null, 404);
        await CallAsync((request, token) => Endpoints.CancelJobAsync(request, "x", token), null, 404);
    }

    [Fact]
    public async Task A_slice_s_message_that_comes_twice_does_nothing_the_second_time()
    {
        await ParkAsync(5);
        var answer = await ReplayAsync("""{"perMinute":1}""");
        Rig.Time.Advance(Minute);
        var received = await Rig.Bus.ReceiveAsync(Entities.Retry, default);
        await received.CompleteAsync(default);
        var slice = received.Received.Message;
        // As a broker may: the same content in two messages, one of them twice.
        foreach (var id in new[] { slice.Id, slice.Id, "another" })
        {
            await Rig.Bus.ScheduleAsync(Entities.Retry, slice with { Id = id }, Rig.Time.GetUtcNow(), default);
        }

        await Rig.DrainAsync();

        await AssertJobAsync(answer, "running", done: 2);
        Assert.Equal(3, (await Rig.ParkedAsync()).Count);
    }

    [Fact]
    public async Task While_a_message_runs_a_slice_another_of_the_same_slice_does_nothing()
    {
        await ParkAsync(5);
        ParkedJobs? jobs = null;
        BusMessage? other = null;
        var meanwhile = Task.CompletedTask;
        var bus = new SlowBus(
            Rig.Bus,
            () =>
            {
                if (other is { } message)
                {
                    other = null;
                    meanwhile = jobs!.ContinueAsync(message, default);
                }
            }
        );
        jobs = Rig.ParkedJobs(bus, Rig.Ledger, new OrderEventReader(Samples.ProviderNames), Rig.Time);
        var request = new ParkedRequest(ParkedAction.Replay, new ParkedFilter()) { PerMinute = 1 };
        var start = await jobs.StartAsync(request, isDryRun: false, default);
        Rig.Time.Advance(Minute);
        var slice = (await Rig.Bus.ReceiveAsync(Entities.Retry, default)).Received.Message;

        other = slice with { Id = "another" };
        await jobs.ContinueAsync(slice, default);

        await meanwhile;
        Assert.Null(other);
        Assert.Equal(2, (await jobs.FindAsync(start!.Job.Id, default))!.Done);
        Assert.Equal(3, (await Rig.ParkedAsync()).Count);
        // One next slice, not two.
        Rig.Time.Advance(Minute);
        Assert.NotNull(Rig.Bus.TryReceive(Entities.Retry));
        Assert.Null(Rig.Bus.TryReceive(Entities.Retry));
    }

    [Fact]
    public async Task A_slice_whose_process_died_is_run_again_and_the_job_goes_on()
    {
        await ParkAsync(5);
        var answer = await ReplayAsync("""{"perMinute":2}""");
        Rig.Time.Advance(Minute);
        // It dies after the slice is done and before its message is settled.
        var message = await Rig.Bus.ReceiveAsync(Entities.Retry, default);
        await Rig.HandleAsync(new DyingLock(message));
        Rig.Time.Advance(Entities.LockDuration);

        await MinutesAsync(5);

        await AssertJobAsync(answer, "done", done: 5);
        Assert.Empty(await Rig.ParkedAsync());
    }

    [Fact]
    public async Task Two_jobs_at_once_share_what_both_mean()
    {
        await ParkAsync(6);
        var first = await ReplayAsync("""{"perMinute":1}""");
        var second = await ReplayAsync("""{"perMinute":1}""");

        await MinutesAsync(10);

        var (one, two) = (await JobAsync(first), await JobAsync(second));
        Assert.Equal(("done", "done"), (one["state"]!.GetValue<string>(), two["state"]!.GetValue<string>()));
        Assert.Equal(6, Number(one, "done") + Number(two, "done"));
        Assert.Equal(6, Rig.Sandbox.State.Count(Katalys));
        var jobs = await CallAsync(Endpoints.ListJobsAsync, null, 200);
        Assert.Equal(
            [IdOf(second), IdOf(first)],
            jobs["jobs"]!.AsArray().Select(job => job!["id"]!.GetValue<string>())
        );
    }

    [Fact]
    public async Task A_job_that_finds_nothing_left_is_done()
    {
        await ParkAsync(3);
        var answer = await ReplayAsync("""{"perMinute":1}""");
        await DiscardAsync("""{"note":"not needed"}""");

        await MinutesAsync(1);

        await AssertJobAsync(answer, "done", done: 1);
    }

    [Fact]
    public async Task At_most_so_many_go_back_as_were_asked_for()
    {
        await ParkAsync(9);
        var answer = await ReplayAsync("""{"perMinute":2,"max":5}""");

        await MinutesAsync(10);

        await AssertJobAsync(answer, "done", done: 5);
        Assert.Equal(4, (await Rig.ParkedAsync()).Count);
    }

    [Fact]
    public async Task A_dry_run_counts_and_does_nothing()
    {
        await ParkAsync(2);

        Assert.Equal("""{"matched":2,"replayed":0}""", (await ReplayAsync("""{"dryRun":true}""")).ToJsonString());
        Assert.Equal(
            """{"matched":2,"discarded":0}""",
            (await DiscardAsync("""{"dryRun":true,"note":"x"}""")).ToJsonString()
        );
        Assert.Equal(2, (await Rig.ParkedAsync()).Count);
    }

    [Fact]
    public async Task Ids_that_are_not_parked_any_more_are_named()
    {
        await ParkAsync(2);
        var id = (await Rig.ParkedAsync())[1].Id;

        var answer = await ReplayAsync($$"""{"ids":["{{id}}","987654"]}""");

        Assert.Equal("""{"matched":1,"replayed":1,"unknownIds":["987654"]}""", answer.ToJsonString());
        Assert.NotEqual(id, Assert.Single(await Rig.ParkedAsync()).Id);
    }

    [Fact]
    public async Task While_twenty_jobs_run_another_is_refused()
    {
        await ParkAsync(2);
        for (var i = 0; i < 20; i++)
        {
            await ParkAsync(prefix: $"p{i}");
            await ReplayAsync("""{"perMinute":1}""");
        }

        await ReplayAsync("""{"perMinute":1}""", status: 409);
    }

    [Fact]
    public async Task The_first_slice_of_a_replay_without_a_pace_ends_after_ten_seconds_and_the_rest_goes_on_by_itself()
    {
        await ParkAsync(35);
        var bus = new SlowBus(Rig.Bus, () => Rig.Time.Advance(TimeSpan.FromSeconds(1)));
        var jobs = Rig.ParkedJobs(bus, Rig.Ledger, new OrderEventReader(Samples.ProviderNames), Rig.Time);

        var start = await jobs.StartAsync(
            new ParkedRequest(ParkedAction.Replay, new ParkedFilter()),
            isDryRun: false,
            default
        );

        Assert.Equal((10, ParkedJobState.Running), (start!.Job.Done, start.Job.State));
        Rig.Time.Advance(Minute);
        var slices = 0;
        while (Rig.Bus.TryReceive(Entities.Retry) is { } message)
        {
            await jobs.ContinueAsync(message.Received.Message, default);
            await message.CompleteAsync(default);
            slices++;
        }

        var job = await jobs.FindAsync(start.Job.Id, default);
        Assert.Equal((35, ParkedJobState.Done, 3), (job!.Done, job.State, slices));
    }

    [Fact]
    public async Task While_the_ledger_is_down_a_job_waits_and_then_goes_on()
    {
        await ParkAsync(4);
        var ledger = new FragileLedger();
        var jobs = Rig.ParkedJobs(Rig.Bus, ledger, new OrderEventReader(Samples.ProviderNames), Rig.Time);
        var request = new ParkedRequest(ParkedAction.Discard, new ParkedFilter()) { Note = "x", PerMinute = 1 };
        var start = await jobs.StartAsync(request, isDryRun: false, default);
        ledger.IsDown = true;
        for (var minute = 0; minute < 30; minute++)
        {
            ledger.IsDown = minute < 15;
            Rig.Time.Advance(Minute);
            while (Rig.Bus.TryReceive(Entities.Retry) is { } message)
            {
                await jobs.ContinueAsync(message.Received.Message, default);
                await message.CompleteAsync(default);
            }
        }

        var job = await jobs.FindAsync(start!.Job.Id, default);
        Assert.Equal((4, ParkedJobState.Done), (job!.Done, job.State));
        Assert.Empty(await Rig.ParkedAsync());
    }

    [Fact]
    public async Task While_the_ledger_is_down_a_call_that_could_do_nothing_says_so_and_leaves_no_job()
    {
        await ParkAsync(2);
        var ledger = new FragileLedger { IsDown = true };
        var jobs = Rig.ParkedJobs(Rig.Bus, ledger, new OrderEventReader(Samples.ProviderNames), Rig.Time);

        await Assert.ThrowsAsync<LedgerUnavailableException>(() =>
            jobs.StartAsync(new ParkedRequest(ParkedAction.Replay, new ParkedFilter()), isDryRun: false, default)
        );

        Assert.Empty(await jobs.ListAsync(default));
        Assert.Equal(2, (await Rig.ParkedAsync()).Count);
        Assert.Empty(Rig.Bus.BusyQueues);
    }

    [Fact]
    public async Task Where_a_job_cannot_be_put_on_record_the_call_tells_what_it_has_done_and_the_rest_stays_parked()
    {
        await ParkAsync(3);
        var states = new SimulatedState();
        states.Meanwhile = () => states.IsDown = true;
        var reader = new OrderEventReader(Samples.ProviderNames);
        var jobs = Rig.ParkedJobs(Rig.Bus, Rig.Ledger, reader, Rig.Time, states);
        var request = new ParkedRequest(ParkedAction.Replay, new ParkedFilter()) { PerMinute = 1 };

        var start = await jobs.StartAsync(request, isDryRun: false, default);

        Assert.Equal((3, 1, ParkedJobState.Cancelled), (start!.Job.Matched, start.Job.Done, start.Job.State));
        states.IsDown = false;
        Rig.Time.Advance(Minute);
        await jobs.ContinueAsync(Rig.Bus.TryReceive(Entities.Retry)!.Received.Message, default);
        Assert.Equal(2, (await Rig.ParkedAsync()).Count);
        Assert.Empty(await jobs.ListAsync(default));
    }

    private async Task MinutesAsync(int count)
    {
        await Rig.DrainAsync();
        for (var i = 0; i < count; i++)
        {
            await Rig.AdvanceAsync(Minute);
        }
    }

    private async Task AssertJobAsync(JsonNode answer, string state, int done)
    {
        var job = await JobAsync(answer);
        Assert.True(
            (job["state"]!.GetValue<string>(), Number(job, "done")) == (state, done),
            $"It should be {state} with {done} done, but is {job}\n{Rig.Log}"
        );
    }

    private static int Number(JsonNode json, string name) => json[name]!.GetValue<int>();

    /// <summary>Nothing of what is settled with it comes to the bus.</summary>
    private sealed class DyingLock(IMessageLock inner) : IMessageLock
    {
        public ReceivedMessage Received => inner.Received;

        public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task AbandonAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
