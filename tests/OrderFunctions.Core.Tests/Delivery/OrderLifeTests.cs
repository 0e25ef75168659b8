using System.Text.Json.Nodes;
using OrderFunctions.Ledger;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Katalys;
using OrderFunctions.Sandbox.Retrack;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

/// <summary>Orders of every kind, told to every provider: right, or skipped with a clear reason.</summary>
public sealed class OrderLifeTests : RigTest
{
    public override async Task DisposeAsync()
    {
        Assert.All(
            Rig.Sandbox.State.Received(),
            call => Assert.True(call.Problem is null, $"{call.Provider}: {call.Problem}")
        );
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("JPY", 1250, 250, 1000, 1000, 250)]
    [InlineData("KWD", 1.250, 0.250, 1.000, 1000, 250)]
    [InlineData("SEK", 125, 25, 100, 10000, 2500)]
    public async Task Every_currency_has_its_own_minor_units(
        string currency,
        double total,
        double tax,
        double price,
        long orderSum,
        long vatSum
    )
    {
        await TellAllAsync(json =>
        {
            json["order"]!["currency"] = currency;
            json["order"]!["total"] = (decimal)total;
            json["order"]!["tax"] = (decimal)tax;
            json["order"]!["lines"]![0]!["unitPrice"] = (decimal)price;
            json["order"]!["lines"]![0]!["unitTax"] = (decimal)tax;
        });

        var transaction = Rig.Sandbox.State.Provider<RetrackApi>().Find("1001")!;
        Assert.Equal((orderSum, vatSum), (transaction.OrderSum, transaction.VatSum));
        Assert.Equal((decimal)total, Rig.Sandbox.State.Provider<DuelApi>().Find("1001")!.Total);
    }

    [Fact]
    public async Task Discounts_coupons_quantities_and_shipping_add_up_for_everybody()
    {
        await TellAllAsync(json =>
        {
            var order = json["order"]!.AsObject();
            order["total"] = "247.50";
            order["totalBeforeDiscounts"] = "297.50";
            order["tax"] = 49.50m;
            order["shipping"] = 38m;
            order["shippingTax"] = 9.50m;
            order["discounts"] = JsonNode.Parse(
                """[{"code":"TEN","amount":30},{"code":"free-gift","amount":"10.00"}]"""
            );
            order["lines"] = JsonNode.Parse(
                """[{"sku":"a","quantity":4,"unitPrice":40,"unitTax":10},{"sku":"b","name":"B","quantity":2,"unitPrice":20,"unitTax":5}]"""
            );
        });

        // 4 x 40 + 2 x 20 = 200; the goods came to 247.50 - 49.50 - 38 = 160; so 40 was taken off the whole order.
        var retrack = Rig.Sandbox.State.Received("retrack")[0].Body!.Value.GetRawText();
        Assert.Contains("\"orderSum\":16000,\"vatSum\":4000,\"discountSum\":4000", retrack, StringComparison.Ordinal);
        Assert.Equal(["TEN", "free-gift"], Rig.Sandbox.State.Provider<DuelApi>().Find("1001")!.Promo);
        Assert.Equal(297.50m, Rig.Sandbox.State.Provider<DuelApi>().Find("1001")!.TotalGross);
        var katalys = Rig.Sandbox.State.Provider<KatalysApi>().Find("1001")!;
        Assert.Equal(
            ("160.00", "\"38.00\"", "10.00", "4"),
            (
                katalys["subtotal_amount"],
                katalys["shipping_amount"],
                katalys["discount_2_amount"],
                katalys["line_item_1_qty"]
            )
        );
        var avantLink = Rig.Sandbox.State.Received("avantlink")[0].Body!.Value.GetProperty("order");
        Assert.Equal("160.00", avantLink.GetProperty("order_amount_subtotal").GetRawText());
    }

    [Fact]
    public async Task Lines_that_do_not_make_the_order_are_products_at_Retrack_and_the_ledger_says_how()
    {
        await TellAllAsync(json => json["order"]!["lines"]![0]!["unitPrice"] = 60);

        Assert.Equal(
            [6000, 4000],
            Rig.Sandbox.State.Provider<RetrackApi>().Find("1001")!.Products.Select(product => (int)product.Price)
        );
        Assert.Contains(
            "the lines come to 6000, less than the goods' 10000 (minor units)",
            (await Rig.EntryAsync("retrack")).Attempts[0].Detail,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Of_a_guest_who_came_from_nowhere_the_affiliate_networks_are_not_told()
    {
        await Rig.SubmitAsync(change: json =>
        {
            json["attribution"] = new JsonObject();
            json["order"]!.AsObject().Remove("customer");
        });
        await Rig.DrainAsync();

        string[] providers = ["avantlink", "duel", "katalys", "retrack"];
        Assert.Equal(
            [
                "Skipped not attributable: there are no userIds, visitorIds or avantLinkToken",
                "Delivered ",
                "Parked Katalys needs customer.email for an order it has not been told of, and no event has said it. Send how the order stands now once more, with it.",
                "Skipped not attributable: there is no retrackClick",
            ],
            (await Task.WhenAll(providers.Select(name => Rig.EntryAsync(name)))).Select(entry =>
                $"{entry.State} {entry.Reason}"
            )
        );
    }

    [Fact]
    public async Task A_bare_order_is_enough_for_whom_it_is_enough()
    {
        await Rig.SubmitAsync(change: json =>
        {
            json["attribution"] = JsonNode.Parse("""{"retrackClick":"59d08c54-18e6-4e0d-9c06-d18be3510e43"}""");
            json["order"] = JsonNode.Parse(
                """{"id":"a/b ?#%2F.é","status":"paid","placedAt":"2025-11-21T12:00:00Z","currency":"EUR","total":1,"tax":0,"customer":{"email":"a@b.example"}}"""
            );
        });
        await Rig.DrainAsync();

        Assert.NotNull(Rig.Sandbox.State.Provider<DuelApi>().Find("a/b ?#%2F.é"));
        Assert.NotNull(Rig.Sandbox.State.Provider<RetrackApi>().Find("a/b ?#%2F.é"));
        Assert.NotNull(Rig.Sandbox.State.Provider<KatalysApi>().Find("a/b ?#%2F.é"));
    }

    [Fact]
    public async Task Only_the_providers_that_the_event_names_are_told()
    {
        await Rig.SubmitAsync(change: json => json["providers"] = new JsonArray("Katalys", "DUEL"));
        await Rig.DrainAsync();

        Assert.Equal(["duel", "katalys"], Rig.Sandbox.State.Received().Select(call => call.Provider).Order());
    }

    [Fact]
    public async Task A_whole_life_ends_the_same_however_its_events_arrive()
    {
        (string Status, decimal Total)[] life =
        [
            ("pending", 125),
            ("paid", 125),
            ("partiallyRefunded", 50),
            ("cancelled", 0),
        ];
        int[][] orders =
        [
            [0, 1, 2, 3],
            [3, 2, 1, 0],
            [1, 3, 0, 2],
            [2, 0, 3, 1],
            [1, 1, 3, 3, 1],
        ];
        for (var i = 0; i < orders.Length; i++)
        {
            foreach (var step in orders[i])
            {
                await Rig.SubmitAsync(change: json =>
                {
                    json["occurredAt"] = $"2025-11-21T1{step}:00:00Z";
                    json["order"]!["id"] = $"life-{i}";
                    json["order"]!["status"] = life[step].Status;
                    json["order"]!["total"] = life[step].Total;
                    json["order"]!["tax"] = 0;
                });
                await Rig.DrainAsync();
            }

            Assert.True(Rig.Sandbox.State.Provider<DuelApi>().Find($"life-{i}")!.Cancelled);
            Assert.Equal("\"cancelled\"", Rig.Sandbox.State.Provider<KatalysApi>().Find($"life-{i}")!["order_status"]);
            Assert.True(Rig.Sandbox.State.Provider<RetrackApi>().Find($"life-{i}") is null or { Status: "rejected" });
        }
    }

    private async Task<IReadOnlyList<LedgerEntry>> TellAllAsync(
        Action<JsonObject> change,
        DeliveryState state = DeliveryState.Delivered
    )
    {
        await Rig.SubmitAsync(change: change);
        await Rig.DrainAsync();
        var entries = await Rig.Ledger.ListAsync("1001", default);
        Assert.Equal(Samples.ProviderNames.Length, entries.Count);
        Assert.All(
            entries,
            entry => Assert.True(entry.State == state, $"{entry.Provider} is {entry.State}: {entry.Reason}")
        );
        return entries;
    }
}
