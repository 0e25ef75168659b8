using System.Text;
using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Handlers;

public sealed class InboundHandlerTests : RigTest
{
    [Fact]
    public async Task An_ERP_s_message_is_told_like_a_storefront_s()
    {
        await Rig.SendInboundAsync(Encoding.UTF8.GetString(Samples.Utf8()));
        await Rig.DrainAsync();

        foreach (var provider in Samples.ProviderNames)
        {
            Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(provider)).State);
        }
    }

    [Fact]
    public async Task The_same_event_from_the_ERP_and_from_the_storefront_is_told_once()
    {
        await Rig.SubmitAsync();
        await Rig.SendInboundAsync(Encoding.UTF8.GetString(Samples.Utf8()));
        await Rig.DrainAsync();

        Assert.Equal(Samples.ProviderNames.Length, Rig.Sandbox.State.Received().Count);
    }

    [Fact]
    public async Task A_message_that_is_no_order_event_is_parked_once_with_all_that_is_wrong_and_goes_back_on_replay()
    {
        await Rig.SendInboundAsync("""{"occurredAt":"2025-11-21","order":{"id":1,"mail":"alex@example.com"}}""");
        await Rig.DrainAsync();

        var parked = Assert.Single(await Rig.ParkedAsync());
        Assert.Equal((null, null, DeadLetterReasons.Rejected), (parked.Provider, parked.OrderId, parked.Reason));
        Assert.Contains("$.order.id: must be text, not a number", parked.Description, StringComparison.Ordinal);
        Assert.Contains("$.order.mail: is not a known field", parked.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("alex@example.com", parked.Description, StringComparison.Ordinal);

        Assert.Equal(1, await Rig.Bus.ReplayAsync(new ParkedFilter(), 10, default));
        Assert.Equal([Entities.Inbound], Rig.Bus.BusyQueues);
    }

    // Found while fuzzing: each of them threw, and went round until the bus gave it up; the last could not even be parked.
    [Theory]
    [InlineData("{\"webhook\":{\"payload\":\"\u00ff\"}}")]
    [InlineData("{\"webhook\":{},\"webhook\":5}")]
    [InlineData("{\"webhook\":{\"storefront\":\"shopify\",\"te\\ud800\":1}}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"order\":{\"\\udc00\":1}}")]
    public async Task A_message_that_is_no_text_or_no_webhook_is_parked_at_once_and_can_be_listed(string body)
    {
        var message = new BusMessage("m", Encoding.Latin1.GetBytes(body));
        await Rig.Bus.ScheduleAsync(Entities.Inbound, message, Rig.Time.GetUtcNow(), default);
        await Rig.DrainAsync();

        var parked = Assert.Single(await Rig.ParkedAsync());
        Assert.Equal((DeadLetterReasons.Rejected, (decimal?)null), (parked.Reason, parked.Amount));
        Assert.DoesNotContain("Exception", $"{Rig.Log}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_with_thousands_of_errors_is_parked_with_the_first_and_how_many_more_there_are()
    {
        var lines = string.Join(',', Enumerable.Repeat("{}", 1000));
        await Rig.SendInboundAsync($$$"""{"order":{"lines":[{{{lines}}}]}}""");
        await Rig.DrainAsync();

        var description = Assert.Single(await Rig.ParkedAsync()).Description;
        Assert.StartsWith(
            "The message is no valid order event. $.occurredAt: is missing; ",
            description,
            StringComparison.Ordinal
        );
        Assert.Matches("; and at least [0-9]+ more$", description);
        Assert.InRange(description.Length, 3500, 4096);
    }
}
