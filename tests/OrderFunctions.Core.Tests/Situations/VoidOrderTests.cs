using System.Net.Http.Headers;
using System.Text;
using OrderFunctions.Core.Tests.Providers;
using OrderFunctions.Sandbox.Retrack;

namespace OrderFunctions.Core.Tests.Situations;

/// <summary>Orders that came to nothing, told of by senders who know little of them.</summary>
public sealed class VoidOrderTests : SituationTest
{
    [Fact]
    public async Task A_cancellation_by_the_order_s_id_alone_is_told_to_all_who_know_the_order()
    {
        await StorefrontAsync("paid");
        await Rig.AdvanceAsync(TimeSpan.FromDays(1));
        await BareAsync("cancelled");

        Assert.Equal(["total=125.00", "total=0"], Got("duel", "total"));
        Assert.Single(Got("avantlink"));
        Assert.Equal(["create status=-", "look-up", "reject status=rejected"], Got("retrack", "status"));
        Assert.Equal(
            ["order_status=paid sale_amount=125.00", "order_status=cancelled sale_amount=-"],
            Got("katalys", "order_status", "sale_amount")
        );
    }

    [Fact]
    public async Task A_cancellation_of_an_order_that_never_came_to_us_is_told_to_all_who_may_know_it()
    {
        await BareAsync("cancelled");

        // "A total of 0 will cancel the order"; Katalys' own example of an update is a status alone.
        Assert.Equal(["order=1001 total=0 email=-"], Got("duel", "order", "total", "email"));
        Assert.Empty(Got("avantlink"));
        Assert.Equal(["look-up"], Got("retrack"));
        Assert.Equal(
            ["order_id=1001 order_status=cancelled email_address=-"],
            Got("katalys", "order_id", "order_status", "email_address")
        );
        Assert.StartsWith("Skipped: AvantLink was not told of the order", await StandsAsync("avantlink"));
        Assert.StartsWith("Skipped: Retrack was never told of the order", await StandsAsync("retrack"));
    }

    [Fact]
    public async Task A_refund_of_an_order_that_Retrack_has_from_elsewhere_rejects_it_there()
    {
        await RetrackHasTheOrderAsync();
        await ErpAsync("refunded");

        Assert.Equal(["create", "look-up", "reject"], Got("retrack"));
        Assert.Equal("rejected", Rig.Sandbox.State.Provider<RetrackApi>().Find("1001")!.Status);
        Assert.Equal(["total=0 currency=SEK"], Got("duel", "total", "currency"));
        Assert.Empty(Got("avantlink"));
        Assert.Equal(["order_status=refunded"], Got("katalys", "order_status"));
    }

    [Fact]
    public async Task A_partial_refund_of_an_order_that_Retrack_has_from_elsewhere_changes_it_there()
    {
        await RetrackHasTheOrderAsync();
        await JacketCameBackAsync();
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(30));

        Assert.Equal(
            [$"create orderSum=10000 click={Click}", "look-up", $"update orderSum=6000 click={Click}"],
            Got("retrack", "orderSum", "click")
        );
        Assert.Equal(["total=75.00 email=-"], Got("duel", "total", "email"));
        Assert.Empty(Got("avantlink"));
        Assert.StartsWith("Parked: Katalys needs customer.email", await StandsAsync("katalys"));
    }

    [Fact]
    public async Task A_cancellation_soon_after_a_partial_refund_as_first_word_rejects_what_Retrack_has_from_elsewhere()
    {
        await RetrackHasTheOrderAsync();
        await JacketCameBackAsync();
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(5));
        await BareAsync("cancelled");

        Assert.Equal("rejected", Rig.Sandbox.State.Provider<RetrackApi>().Find("1001")!.Status);
        Assert.Equal(["total=0"], Got("duel", "total"));
        Assert.Empty(Got("avantlink"));
        Assert.Equal(["order_status=cancelled"], Got("katalys", "order_status"));
    }

    [Fact]
    public async Task An_order_that_is_cancelled_before_anybody_was_told_is_told_nobody()
    {
        await ErpAsync("paid");
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(5));
        await BareAsync("cancelled");
        // The storefront's event is late, and no longer true.
        await StorefrontAsync("pending", Before(TimeSpan.FromMinutes(6)));
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(30));

        AssertNobodyWasTold();
        Assert.Equal(
            "Skipped: Duel was never told of the order, so there is nothing to cancel",
            await StandsAsync("duel")
        );
    }

    [Fact]
    public async Task A_cancellation_awards_no_points_and_no_commission_again()
    {
        await StorefrontAsync("paid", Loyal);
        await Rig.AdvanceAsync(TimeSpan.FromDays(1));
        await ErpAsync("cancelled", Loyal);

        Assert.Equal(
            ["total=125.00 points=50 commission=12.50", "total=0 points=- commission=-"],
            Got("duel", "total", "points", "commission")
        );

        static void Loyal(System.Text.Json.Nodes.JsonObject json) =>
            json.Order()["loyalty"] = ProviderCase.Parsed("""{"points":50,"commission":12.50}""");
    }

    // Told by whatever the shop had before OrderFunctions.
    private async Task RetrackHasTheOrderAsync()
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RetrackApi.Token.Default);
        using var body = new StringContent(
            $$"""{"event":"{{RetrackApi.EventId.Default}}","click":"{{Click}}","orderNumber":"1001","orderSum":10000,"vatSum":2500,"currency":"SEK"}""",
            Encoding.UTF8,
            "application/json"
        );
        var address = new Uri(Rig.Sandbox.BaseUrl("retrack").AbsoluteUri.TrimEnd('/') + "/api/v2/transactions");
        using var response = await client.PostAsync(address, body);
        response.EnsureSuccessStatusCode();
    }
}
