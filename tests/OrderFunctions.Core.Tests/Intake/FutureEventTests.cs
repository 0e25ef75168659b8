using System.Globalization;
using OrderFunctions.Bus;
using OrderFunctions.Hosting;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Intake;

/// <summary>An event of the future would shadow every later one until its time has come: intake refuses it.</summary>
public sealed class FutureEventTests : RigTest
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task What_is_ahead_of_our_clock_by_the_tolerance_is_taken()
    {
        await Rig.SubmitAsync("duel", json => json["occurredAt"] = Ahead(Tolerance));
        await Rig.DrainAsync();

        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("duel")).State);
    }

    [Fact]
    public async Task What_is_further_ahead_is_refused_with_its_path_and_both_times()
    {
        var errors = await RefusedAsync(Ahead(Tolerance + TimeSpan.FromSeconds(1)));

        Assert.Equal(
            "is in the future: 2026-11-21T12:05:01.0000000+00:00 is later than 2026-11-21T12:05:00.0000000+00:00, and what happened before it would count as older",
            Assert.Single(errors["$.occurredAt"])
        );
        Assert.Empty(Rig.Bus.BusyQueues);
    }

    [Fact]
    public async Task The_offset_is_no_way_around_it()
    {
        // 18:00 at +06:00 is noon, the rig's time; 18:00 at +05:00 is an hour later.
        await Rig.SubmitAsync("duel", json => json["occurredAt"] = "2026-11-21T18:00:00+06:00");
        Assert.Single(await RefusedAsync("2026-11-21T18:00:00+05:00"));
    }

    [Fact]
    public async Task It_is_told_along_with_all_else_that_is_wrong()
    {
        var errors = new ValidationErrors();
        var json = Samples.Utf8(json =>
        {
            json["occurredAt"] = Ahead(TimeSpan.FromDays(1));
            json["order"]!["total"] = -1;
        });

        Assert.Null(await Rig.Intake.SubmitAsync(json, errors, default));
        Assert.Equal(["$.occurredAt", "$.order.total"], errors.ToDictionary().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task In_a_batch_the_path_names_which_and_none_is_taken()
    {
        var errors = new ValidationErrors();
        var good = Samples.Json().ToJsonString();
        var bad = Samples.Json(json => json["occurredAt"] = Ahead(TimeSpan.FromHours(1))).ToJsonString();

        var accepted = await Rig.Intake.SubmitBatchAsync(
            System.Text.Encoding.UTF8.GetBytes($"[{good},{bad}]"),
            again: null,
            errors,
            default
        );

        Assert.Null(accepted);
        Assert.Equal(["$[1].occurredAt"], errors.ToDictionary().Keys);
        Assert.Empty(Rig.Bus.BusyQueues);
    }

    [Fact]
    public async Task The_ERP_s_is_parked_with_the_reason_and_a_replay_takes_it_once_its_time_has_come()
    {
        await Rig.SendInboundAsync(
            Samples.Json(json => json["occurredAt"] = Ahead(TimeSpan.FromHours(1))).ToJsonString()
        );
        await Rig.DrainAsync();

        var parked = Assert.Single(await Rig.ParkedAsync());
        Assert.Equal(DeadLetterReasons.Rejected, parked.Reason);
        Assert.Contains("$.occurredAt: is in the future", parked.Description, StringComparison.Ordinal);
        Assert.Empty(Rig.Sandbox.State.Received());

        Rig.Time.Advance(TimeSpan.FromHours(1));
        await Rig.Bus.ReplayAsync(new ParkedFilter(), 1, default);
        await Rig.DrainAsync();
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("duel")).State);
    }

    [Fact]
    public async Task Once_taken_it_is_delivered_whatever_the_clock_says_then()
    {
        var body = CanonicalJson.Write(Samples.Event(json => json["occurredAt"] = Ahead(TimeSpan.FromDays(365))));
        var message = new BusMessage("1", body)
        {
            EventId = "e",
            OrderId = "1001",
            Provider = "duel",
        };
        await Rig.Bus.ScheduleAsync(Entities.QueueOf("duel"), message, Rig.Time.GetUtcNow(), default);
        await Rig.DrainAsync();

        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("duel")).State);
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("1.00:00:00")]
    public async Task The_tolerance_is_a_setting(string tolerance)
    {
        var most = TimeSpan.Parse(tolerance, CultureInfo.InvariantCulture);
        await Rig.DisposeAsync();
        Rig = await Rig.StartAsync(("Intake:FutureTolerance", tolerance));

        Assert.Single(await RefusedAsync(Ahead(most + TimeSpan.FromSeconds(1))));
        await Rig.SubmitAsync("duel", json => json["occurredAt"] = Ahead(most));
    }

    [Theory]
    [InlineData("-00:00:01", "must be from 0 to 1 day")]
    [InlineData("1.00:00:01", "must be from 0 to 1 day")]
    [InlineData("soon", "Intake__FutureTolerance is 'soon'")]
    public async Task A_tolerance_that_makes_no_sense_stops_the_start(string tolerance, string problem)
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() =>
            Rig.StartAsync(("Intake:FutureTolerance", tolerance))
        );

        Assert.Contains(problem, Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    private string Ahead(TimeSpan by) => (Rig.Time.GetUtcNow() + by).ToString("O", CultureInfo.InvariantCulture);

    private async Task<IReadOnlyDictionary<string, string[]>> RefusedAsync(string occurredAt)
    {
        var errors = new ValidationErrors();
        var json = Samples.Utf8(json => json["occurredAt"] = occurredAt);
        Assert.Null(await Rig.Intake.SubmitAsync(json, errors, default));
        return errors.ToDictionary();
    }
}
