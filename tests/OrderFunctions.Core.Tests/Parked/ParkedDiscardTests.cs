using OrderFunctions.Bus;
using OrderFunctions.Ledger;

namespace OrderFunctions.Core.Tests.Parked;

public sealed class ParkedDiscardTests : ParkedTest
{
    [Fact]
    public async Task A_discarded_delivery_is_closed_with_its_note_and_its_event_is_told_no_more()
    {
        Rig.Sandbox.State.InjectFault(Katalys, new() { Status = 400, Body = "no" });
        Assert.Equal(DeliveryState.Parked, (await Rig.TellAsync(Katalys)).State);
        Rig.Sandbox.State.ClearFault(Katalys);

        var answer = await DiscardAsync("""{"note":"a test order"}""");

        Assert.Equal("""{"matched":1,"discarded":1}""", answer.ToJsonString());
        var entry = await Rig.EntryAsync(Katalys);
        Assert.Equal((DeliveryState.Discarded, "a test order"), (entry.State, entry.Reason));
        Assert.Single(entry.Attempts);
        Assert.Empty(await Rig.ParkedAsync());
        // The same event again, as an import sends it after the bus has forgotten it.
        Rig.Time.Advance(Entities.DuplicateWindow);
        await Rig.TellAsync(Katalys);
        Assert.Equal(1, Rig.Sandbox.State.Count(Katalys));
        Assert.Equal(DeliveryState.Discarded, (await Rig.EntryAsync(Katalys)).State);
    }

    [Fact]
    public async Task A_newer_event_of_a_discarded_order_starts_anew()
    {
        await ParkAsync();
        await DiscardAsync("""{"note":"wrong amount"}""");

        var entry = await Rig.TellAsync(
            Katalys,
            json =>
            {
                json["order"]!["id"] = "o-0";
                json["occurredAt"] = "2026-11-21T11:00:00Z";
            }
        );

        Assert.Equal(DeliveryState.Delivered, entry.State);
    }

    [Fact]
    public async Task What_was_told_meanwhile_stays_told()
    {
        await ParkAsync();
        await Rig.TellAsync(Katalys, json => json["order"]!["id"] = "o-0");

        await DiscardAsync("""{"note":"x"}""");

        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(Katalys, "o-0")).State);
        Assert.Empty(await Rig.ParkedAsync());
    }

    [Fact]
    public async Task An_older_event_that_is_discarded_leaves_the_newer_one_as_it_stands()
    {
        await ParkAsync();
        Rig.Sandbox.State.InjectFault(Katalys, new() { Status = 503 });
        await Rig.TellAsync(
            Katalys,
            json =>
            {
                json["order"]!["id"] = "o-0";
                json["occurredAt"] = "2026-11-21T11:00:00Z";
            }
        );

        await DiscardAsync("""{"note":"x"}""");

        Assert.Equal(DeliveryState.Retrying, (await Rig.EntryAsync(Katalys, "o-0")).State);
    }

    [Fact]
    public async Task A_click_an_unreadable_message_and_the_ERP_s_are_just_closed()
    {
        await ParkAsync(new BusMessage("c", "{}"u8.ToArray()) { Kind = MessageKind.Click, Provider = "avantlink" });
        await ParkAsync(new BusMessage("m", "?"u8.ToArray()) { OrderId = "m", Provider = Katalys });
        await ParkAsync(new BusMessage("e", "?"u8.ToArray()));

        Assert.Equal("""{"matched":3,"discarded":3}""", (await DiscardAsync("""{"note":"x"}""")).ToJsonString());
        Assert.Empty(await Rig.ParkedAsync());
        Assert.Empty(await Rig.Ledger.ListAsync("m", default));
    }

    [Fact]
    public async Task One_line_tells_of_a_slice_and_none_of_its_deliveries()
    {
        await ParkAsync(3);
        await DiscardAsync("""{"note":"x"}""");

        Assert.Single(
            Rig.Log.ToString().Split('\n'),
            line => line.Contains("delivery.discarded 3 ", StringComparison.Ordinal)
        );
    }
}
