using System.Text;
using OrderFunctions.Bus;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Intake;

/// <summary>A shop's own event id is unique within its order only: the topic must not take two orders' for one.</summary>
public sealed class EventIdTests : RigTest
{
    [Fact]
    public async Task Two_orders_whose_events_have_the_same_id_are_both_told()
    {
        await SubmitAsync("1001", "paid");
        await SubmitAsync("1002", "paid");
        await Rig.DrainAsync();

        Assert.Equal(["1001 paid Delivered", "1002 paid Delivered"], await StatesAsync("1001", "1002"));
    }

    [Fact]
    public async Task Two_orders_of_one_batch_whose_events_have_the_same_id_are_both_told()
    {
        var batch = $"[{Event("1001", "paid")},{Event("1002", "paid")}]";
        Assert.NotNull(
            await Rig.Intake.SubmitBatchAsync(
                Encoding.UTF8.GetBytes(batch),
                again: null,
                new ValidationErrors(),
                default
            )
        );
        await Rig.DrainAsync();

        Assert.Equal(["1001 paid Delivered", "1002 paid Delivered"], await StatesAsync("1001", "1002"));
    }

    [Theory]
    [InlineData("1", "23", "12", "3")]
    [InlineData("1", "1:2", "11:", "2")]
    [InlineData("1:", "2", "1", ":2")]
    public async Task Ids_that_read_the_same_one_after_the_other_are_two_events(
        string order,
        string id,
        string otherOrder,
        string otherId
    )
    {
        await SubmitAsync(order, id);
        await SubmitAsync(otherOrder, otherId);
        await Rig.DrainAsync();

        Assert.Equal(
            [$"{order} {id} Delivered", $"{otherOrder} {otherId} Delivered"],
            await StatesAsync(order, otherOrder)
        );
    }

    [Fact]
    public async Task An_event_sent_again_under_its_own_id_is_told_once()
    {
        await SubmitAsync("1001", "paid");
        await SubmitAsync("1001", "paid");
        await Rig.DrainAsync();

        Assert.Single(Rig.Calls("duel"));
    }

    [Fact]
    public async Task The_longest_ids_fit_on_the_bus()
    {
        var (order, id) = (new string('o', 128), new string('e', 128));
        await SubmitAsync(order, id);
        await Rig.DrainAsync();

        Assert.Equal([$"{order} {id} Delivered"], await StatesAsync(order));
    }

    // Before, the topic knew duplicates by the event id alone, and its window may still hold such ids.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_event_accepted_before_the_upgrade_and_sent_again_after_it_is_told_once(bool isToldBefore)
    {
        var before = Samples.Event(json =>
        {
            json["eventId"] = "paid";
            json["providers"] = new System.Text.Json.Nodes.JsonArray("duel");
        });
        var message = new BusMessage(before.EventId, CanonicalJson.Write(before))
        {
            EventId = before.EventId,
            OrderId = before.Order.Id,
            Providers = ["duel"],
        };
        await Rig.Bus.PublishAsync([message], default);
        if (isToldBefore)
        {
            await Rig.DrainAsync();
        }

        await SubmitAsync("1001", "paid");
        await Rig.DrainAsync();

        Assert.Single(Rig.Calls("duel"));
        Assert.Equal(["1001 paid Delivered"], await StatesAsync("1001"));
        Assert.Contains("already told", Rig.Log.ToString(), StringComparison.Ordinal);
    }

    private Task SubmitAsync(string orderId, string eventId) =>
        Rig.SubmitAsync(
            "duel",
            json =>
            {
                json["eventId"] = eventId;
                json["order"]!["id"] = orderId;
            }
        );

    private static string Event(string orderId, string eventId) =>
        Samples
            .Json(json =>
            {
                json["eventId"] = eventId;
                json["order"]!["id"] = orderId;
            })
            .ToJsonString();

    private async Task<IEnumerable<string>> StatesAsync(params string[] orderIds)
    {
        var entries = new List<LedgerEntry>();
        foreach (var orderId in orderIds)
        {
            entries.Add(await Rig.EntryAsync("duel", orderId));
        }

        return entries.Select(entry => $"{entry.OrderId} {entry.Version.EventId} {entry.State}");
    }
}
