using OrderFunctions.Core.Tests.Providers;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Katalys;
using OrderFunctions.Sandbox.Retrack;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Situations;

/// <summary>The same again, much at once, and states that nobody wants to hear of.</summary>
public sealed class RepeatedContentTests : SituationTest
{
    [Fact]
    public async Task What_says_nothing_new_is_told_nobody_again()
    {
        await StorefrontAsync("paid");
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        await StorefrontAsync("paid");
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        await ErpAsync("paid");

        Assert.All(Samples.ProviderNames, provider => Assert.Single(Got(provider)));
        foreach (var provider in new[] { "duel", "retrack", "katalys" })
        {
            Assert.Equal("Skipped: nothing new: the provider was told the same before", await StandsAsync(provider));
        }

        Assert.Equal("Skipped: already told: AvantLink takes each order once", await StandsAsync("avantlink"));
    }

    [Fact]
    public async Task An_unchanged_payment_is_no_matter_for_a_person_once_Retrack_has_approved_the_order()
    {
        await StorefrontAsync("paid");
        Rig.Sandbox.State.Provider<RetrackApi>().Approve("1001");
        await Rig.AdvanceAsync(TimeSpan.FromDays(30));
        await ErpAsync("paid");

        Assert.Equal(["create"], Got("retrack"));
        Assert.Equal("Skipped: nothing new: the provider was told the same before", await StandsAsync("retrack"));
        Assert.Empty(await Rig.ParkedAsync());
    }

    [Fact]
    public async Task Ten_updates_of_a_cart_cost_each_platform_one_call()
    {
        for (var update = 0; update < 10; update++)
        {
            await StorefrontAsync("pending");
            await Rig.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["total=125.00"], Got("duel", "total"));
        Assert.Empty(Got("avantlink"));
        Assert.Equal(["create"], Got("retrack"));
        Assert.Equal(["order_status=pending"], Got("katalys", "order_status"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_states_of_one_second_the_later_in_an_order_s_life_wins(bool pendingFirst)
    {
        if (pendingFirst)
        {
            await StorefrontAsync("pending");
        }

        await ErpAsync("paid");
        if (!pendingFirst)
        {
            await StorefrontAsync("pending");
        }

        Assert.Equal("total=125.00 email=alex@example.com", Got("duel", "total", "email")[^1]);
        Assert.Equal(
            ["order_amount_subtotal=100.00 avantlink_avad=77_f3afbe121"],
            Got("avantlink", "order/order_amount_subtotal", "tracking_ids/avantlink_avad")
        );
        Assert.Equal([$"create orderSum=10000 click={Click}"], Got("retrack", "orderSum", "click"));
        Assert.Equal("paid", Rig.Sandbox.State.Provider<KatalysApi>().Find("1001")!.Status);
    }

    [Fact]
    public async Task Of_two_equal_states_of_one_second_the_one_accepted_later_wins_and_both_are_on_record()
    {
        // By their ids the first would win.
        await StorefrontAsync("paid", json => json["eventId"] = "z");
        var ago = TimeSpan.FromMilliseconds(100);
        await Rig.AdvanceAsync(ago);
        await StorefrontAsync(
            "paid",
            Before(
                ago,
                json =>
                {
                    JacketIsBack(json);
                    json["eventId"] = "a";
                }
            )
        );

        Assert.Equal(75m, Rig.Sandbox.State.Provider<DuelApi>().Find("1001")!.Total);
        Assert.Equal(6000, Rig.Sandbox.State.Provider<RetrackApi>().Find("1001")!.OrderSum);
        Assert.Equal(75m, Rig.Sandbox.State.Provider<KatalysApi>().Find("1001")!.Sale);
        Assert.Equal(["order_amount_subtotal=100.00"], Got("avantlink", "order/order_amount_subtotal"));
        Assert.Equal(60m, (await Rig.EntryAsync("avantlink")).Left!.Amount);
        Assert.Equal(["z", "a"], (await Rig.EntryAsync("duel")).Attempts.Select(attempt => attempt.EventId));
    }

    [Fact]
    public async Task Orders_that_wait_for_their_payment_are_told_nobody_where_the_shop_wants_it_so()
    {
        await TellNobodyOfPendingOrdersAsync();
        await StorefrontAsync("pending");
        AssertNobodyWasTold();
        Assert.Equal("Skipped: not yet paid", await StandsAsync("retrack"));

        await Rig.AdvanceAsync(TimeSpan.FromMinutes(10));
        await ErpAsync("paid");
        Assert.Equal(["total=125.00 email=alex@example.com"], Got("duel", "total", "email"));
        Assert.Equal(["avantlink_avad=77_f3afbe121"], Got("avantlink", "tracking_ids/avantlink_avad"));
        Assert.Equal([$"create click={Click}"], Got("retrack", "click"));
        Assert.Equal(["order_status=paid"], Got("katalys", "order_status"));
    }

    [Fact]
    public async Task An_order_that_came_to_nothing_before_its_payment_is_told_nobody_where_the_shop_wants_it_so()
    {
        await TellNobodyOfPendingOrdersAsync();
        await StorefrontAsync("pending");
        await Rig.AdvanceAsync(TimeSpan.FromHours(1));
        await BareAsync("cancelled");

        AssertNobodyWasTold();
    }

    private async Task TellNobodyOfPendingOrdersAsync()
    {
        await Rig.DisposeAsync();
        Rig = await Rig.StartAsync([
            .. new[] { "Duel", "Retrack", "Katalys" }.Select(name =>
                ($"Providers:{name}:TellPending", (string?)"false")
            ),
        ]);
    }
}
