using System.Text.Json.Nodes;
using OrderFunctions.Core.Tests.Providers;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Situations;

/// <summary>The storefront knows customer, origin and consent; the ERP knows what was paid. Nobody knows both.</summary>
public sealed class HalfKnownOrderTests : SituationTest
{
    private static readonly TimeSpan TheWait = new LedgerOptions().WaitForAttribution;

    [Fact]
    public async Task The_payment_is_told_with_what_the_storefront_said_before_it()
    {
        await StorefrontAsync("pending");
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(10));
        await ErpAsync("paid");

        // Duel has no status, and Retrack's first sums are still right: to both the payment is nothing new.
        Assert.Equal(
            ["total=125.00 email=alex@example.com affiliate=nick.t.4"],
            Got("duel", "total", "email", "affiliate")
        );
        Assert.Equal([$"create orderSum=10000 click={Click}"], Got("retrack", "orderSum", "click"));
        AssertAvantLinkWasToldOfThePaymentOnce();
        Assert.Equal(
            [
                "order_status=pending email_address=alex@example.com ip_address=203.0.113.45 user_agent=Mozilla/5.0",
                "order_status=paid email_address=alex@example.com ip_address=203.0.113.45 user_agent=Mozilla/5.0",
            ],
            Got("katalys", "order_status", "email_address", "ip_address", "user_agent")
        );
    }

    [Fact]
    public async Task A_payment_that_came_first_is_told_when_the_storefront_s_event_comes()
    {
        await ErpAsync("paid");
        AssertNobodyWasTold();
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(10));
        await StorefrontAsync("pending", Before(TimeSpan.FromMinutes(11)));
        await Rig.AdvanceAsync(TheWait);

        AssertAllWereToldOfThePayment();
        // The wait used up nothing of the schedule.
        Assert.Equal(1, Assert.Single((await Rig.EntryAsync("duel")).Attempts).Number);
        Assert.Single(Got("duel"));
        Assert.Equal(["create"], Got("retrack"));
        Assert.Single(Got("katalys"));
    }

    [Fact]
    public async Task A_payment_that_came_first_is_told_when_the_storefront_s_event_comes_hours_later()
    {
        await ErpAsync("paid");
        await Rig.AdvanceAsync(TheWait);
        await Rig.AdvanceAsync(TimeSpan.FromHours(5));
        await StorefrontAsync("pending", Before(TimeSpan.FromHours(6)));

        AssertAllWereToldOfThePayment();
        Assert.Equal(["total=125.00 email=-", "total=125.00 email=alex@example.com"], Got("duel", "total", "email"));
        Assert.Equal(["look-up", "create orderSum=10000"], Got("retrack", "orderSum"));
        foreach (var provider in Samples.ProviderNames)
        {
            Assert.Equal("Delivered", await StandsAsync(provider));
        }
    }

    [Fact]
    public async Task A_payment_that_came_first_waits_no_longer_once_the_storefront_says_that_it_came_from_nowhere()
    {
        await ErpAsync("paid");
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(10));
        await StorefrontAsync(
            "pending",
            Before(TimeSpan.FromMinutes(11), json => json["attribution"] = new JsonObject())
        );

        Assert.Equal(["total=125.00 email=alex@example.com affiliate=-"], Got("duel", "total", "email", "affiliate"));
        Assert.Equal(["order_status=paid"], Got("katalys", "order_status"));
        Assert.Equal(
            "Skipped: not attributable: there are no userIds, visitorIds or avantLinkToken",
            await StandsAsync("avantlink")
        );
        Assert.Equal("Skipped: not attributable: there is no retrackClick", await StandsAsync("retrack"));
        Assert.Empty(Got("avantlink").Concat(Got("retrack")));
    }

    [Fact]
    public async Task Where_nobody_says_who_and_whence_each_is_told_what_it_can_be_told()
    {
        await ErpAsync("paid");
        Assert.StartsWith("Retrying: Duel knows the customer by customer.email", await StandsAsync("duel"));
        await Rig.AdvanceAsync(TheWait);

        Assert.Equal(["total=125.00 email=-"], Got("duel", "total", "email"));
        Assert.Empty(Got("avantlink"));
        Assert.Equal(["look-up"], Got("retrack"));
        Assert.Empty(Got("katalys"));
        const string nobodySaid =
            "Skipped: not attributable: no event has said where the order came from (attribution)";
        Assert.Equal(nobodySaid, await StandsAsync("avantlink"));
        Assert.Equal(nobodySaid, await StandsAsync("retrack"));
        Assert.StartsWith("Parked: Katalys needs customer.email", await StandsAsync("katalys"));
    }

    [Fact]
    public async Task The_consent_that_the_storefront_told_of_holds_for_the_ERP_s_events()
    {
        await StorefrontAsync("pending", json => json["providers"] = new JsonArray("duel", "katalys"));
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        await ErpAsync("paid");
        await JacketCameBackAsync();
        // What is remembered of the customer is forgotten by then, but not this.
        await Rig.AdvanceAsync(TimeSpan.FromDays(100));
        await BareAsync("cancelled");

        Assert.Equal(["total=125.00", "total=75.00", "total=0"], Got("duel", "total"));
        Assert.Equal(
            ["order_status=pending", "order_status=paid", "order_status=paid", "order_status=cancelled"],
            Got("katalys", "order_status")
        );
        Assert.Empty(Got("avantlink"));
        Assert.Empty(Got("retrack"));
        Assert.Equal("Skipped: the order is for duel, katalys only", await StandsAsync("avantlink"));
        // Of somebody who did not agree, the exclusion alone is remembered.
        var remembered = Assert.Single((await Rig.EntryAsync("retrack")).Memory!.Statements);
        Assert.Null(remembered.Attribution);
    }

    [Fact]
    public async Task Consent_that_comes_while_the_payment_waits_holds_for_it()
    {
        await ErpAsync("paid");
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(10));
        await StorefrontAsync(
            "pending",
            Before(TimeSpan.FromMinutes(11), json => json["providers"] = new JsonArray("duel"))
        );
        await Rig.AdvanceAsync(TheWait);

        Assert.Equal(["total=125.00 email=alex@example.com"], Got("duel", "total", "email"));
        Assert.All(["avantlink", "retrack", "katalys"], provider => Assert.Empty(Got(provider)));
        Assert.Equal("Skipped: the order is for duel only", await StandsAsync("katalys"));
    }

    [Fact]
    public async Task Another_click_in_a_later_event_changes_nothing()
    {
        await StorefrontAsync("pending");
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        await StorefrontAsync(
            "paid",
            json =>
            {
                JacketIsBack(json);
                json.Attribution()["retrackClick"] = "0c6f5a52-3f0e-4f0c-8a53-5d8f7c1b2e90";
                json.Attribution()["avantLinkToken"] = "99_other";
                json.Attribution()["affiliate"] = "other";
                json.Attribution()["ipAddress"] = "198.51.100.7";
            }
        );

        Assert.Equal(
            ["total=125.00 affiliate=nick.t.4", "total=75.00 affiliate=nick.t.4"],
            Got("duel", "total", "affiliate")
        );
        Assert.Equal(
            ["order_amount_subtotal=60.00 avantlink_avad=77_f3afbe121"],
            Got("avantlink", "order/order_amount_subtotal", "tracking_ids/avantlink_avad")
        );
        Assert.Equal(
            [$"create orderSum=10000 click={Click}", "look-up", $"update orderSum=6000 click={Click}"],
            Got("retrack", "orderSum", "click")
        );
        Assert.All(Got("katalys", "ip_address"), got => Assert.Equal("ip_address=203.0.113.45", got));
    }

    [Fact]
    public async Task A_corrected_e_mail_address_counts_from_then_on()
    {
        await StorefrontAsync("pending");
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        await StorefrontAsync("pending", json => json.Customer()["email"] = "alex@example.org");
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        await ErpAsync("paid");

        Assert.Equal(["email=alex@example.com", "email=alex@example.org"], Got("duel", "email"));
        Assert.Equal(
            [
                "order_status=pending email_address=alex@example.com",
                "order_status=pending email_address=alex@example.org",
                "order_status=paid email_address=alex@example.org",
            ],
            Got("katalys", "order_status", "email_address")
        );
    }

    [Fact]
    public async Task What_is_remembered_is_forgotten_after_90_days()
    {
        await StorefrontAsync("pending");
        await Rig.AdvanceAsync(TimeSpan.FromDays(90));
        await ErpAsync("paid");
        await Rig.AdvanceAsync(TheWait);

        Assert.Equal(["total=125.00 email=alex@example.com", "total=125.00 email=-"], Got("duel", "total", "email"));
        Assert.Empty(Got("avantlink"));
        Assert.StartsWith("Skipped: not attributable: no event has said", await StandsAsync("avantlink"));
        // What it is about is told all the same: Retrack itself says by which click the order came.
        Assert.Equal([$"create click={Click}", "look-up", $"update click={Click}"], Got("retrack", "click"));
        Assert.Equal(
            ["order_status=pending email_address=alex@example.com", "order_status=paid email_address=-"],
            Got("katalys", "order_status", "email_address")
        );
    }

    [Fact]
    public async Task What_was_erased_is_told_nobody_again()
    {
        await StorefrontAsync("pending");
        Assert.Equal(204, await Rig.EraseMemoryAsync());
        await Rig.AdvanceAsync(TimeSpan.FromHours(1));
        await ErpAsync("paid");
        await Rig.AdvanceAsync(TheWait);

        Assert.Equal(
            ["email=alex@example.com affiliate=nick.t.4", "email=- affiliate=-"],
            Got("duel", "email", "affiliate")
        );
        Assert.Empty(Got("avantlink"));
        Assert.Equal(
            [
                "email_address=alex@example.com ip_address=203.0.113.45 shipping_city=Malmö",
                "email_address=- ip_address=- shipping_city=-",
            ],
            Got("katalys", "email_address", "ip_address", "shipping_city")
        );
    }

    private void AssertAvantLinkWasToldOfThePaymentOnce() =>
        Assert.Equal(
            [
                "order_amount_subtotal=100.00 avantlink_avad=77_f3afbe121 visitor_id=[\"vis_3f2c1a97\"] current_url=https://store.example.com/thank_you country=SE",
            ],
            Got(
                "avantlink",
                "order/order_amount_subtotal",
                "tracking_ids/avantlink_avad",
                "tracking_ids/visitor_id",
                "current_url",
                "order/customer/country"
            )
        );

    private void AssertAllWereToldOfThePayment()
    {
        AssertAvantLinkWasToldOfThePaymentOnce();
        Assert.Equal(
            "total=125.00 email=alex@example.com affiliate=nick.t.4",
            Got("duel", "total", "email", "affiliate")[^1]
        );
        Assert.Equal($"create orderSum=10000 click={Click}", Got("retrack", "orderSum", "click")[^1]);
        Assert.Equal(
            ["order_status=paid email_address=alex@example.com ip_address=203.0.113.45"],
            Got("katalys", "order_status", "email_address", "ip_address")
        );
    }
}
