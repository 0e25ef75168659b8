using System.Text.Json.Nodes;
using OrderFunctions.Core.Tests.Storefronts;
using OrderFunctions.Orders;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Http;
using OrderFunctions.Sandbox.Katalys;
using OrderFunctions.Sandbox.Retrack;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Webhooks;

/// <summary>
/// Webhooks of one order shuffled, repeated, a day late, several of one second: the newest state everywhere. WEBHOOK_RUNS
/// sets how many orders; TEST_SEED repeats a run.
/// </summary>
public sealed class ShuffledWebhookTests : WebhookTest
{
    private readonly Random _random = new(RandomOrder.Seed);

    // 162.80 less 20.00 is 142.80, of which 12.98 is tax and 7.02 shipping.
    [Fact]
    public Task An_order_at_Shopify_comes_to_its_newest_state_everywhere() =>
        CheckAsync(
            body => PostShopifyAsync(body),
            Shopify,
            (order, status, refunds) =>
            {
                order["updated_at"] = Now();
                order["financial_status"] = status switch
                {
                    OrderStatus.Pending => "pending",
                    OrderStatus.Paid => "paid",
                    OrderStatus.PartiallyRefunded => "partially_refunded",
                    OrderStatus.Refunded => "refunded",
                    _ => "voided",
                };
                for (var i = 0; i < refunds; i++)
                {
                    var refund = Payloads.Refund("0.00", "0.00", "10.00");
                    refund["refund_line_items"] = new JsonArray();
                    order.Items("refunds").Add((JsonNode)refund);
                }
            },
            total: 142.80m,
            goods: 122.80m
        );

    // Its status stays `processing` while money goes back. 61.20 less 20.00 is 41.20, of which 6.87 is tax and 3.37 shipping.
    [Fact]
    public Task An_order_at_WooCommerce_comes_to_its_newest_state_everywhere() =>
        CheckAsync(
            body => PostWooCommerceAsync(body),
            WooCommerce,
            (order, status, refunds) =>
            {
                order["date_modified_gmt"] = Now();
                order["date_paid_gmt"] = status == OrderStatus.Pending ? null : Now();
                order["status"] = status switch
                {
                    OrderStatus.Pending => "on-hold",
                    OrderStatus.Paid or OrderStatus.PartiallyRefunded => "processing",
                    OrderStatus.Refunded => "refunded",
                    _ => "cancelled",
                };
                order["refunds"] = WooCommerceMappingTests.Refunds([.. Enumerable.Repeat("-10.00", refunds)]);
            },
            total: 41.20m,
            goods: 30.96m
        );

    private async Task CheckAsync(
        Func<string, Task<int>> post,
        Func<Action<JsonObject>?, string> payload,
        Action<JsonObject, OrderStatus, int> stand,
        decimal total,
        decimal goods
    )
    {
        for (var run = 0; run < EnvironmentNumber.Of("WEBHOOK_RUNS", 25); run++)
        {
            var id = 1000 + run;
            var placedAt = JsonValue.Create(Now());
            List<string> states = [];
            Add(OrderStatus.Pending, 0);
            // Of the same second.
            Add(OrderStatus.Paid, 0);
            Rig.Time.Advance(TimeSpan.FromSeconds(_random.Next(2)));
            Add(OrderStatus.PartiallyRefunded, 1);
            // Of the same second, in which the first did not move the order's time either.
            Add(OrderStatus.PartiallyRefunded, 2);
            var newest = (run % 3) switch
            {
                0 => OrderStatus.Refunded,
                1 => OrderStatus.Cancelled,
                _ => OrderStatus.PartiallyRefunded,
            };
            if (newest.IsVoid())
            {
                Add(newest, 2);
            }

            List<string> sent = [.. states, .. states.Where(_ => _random.Next(2) == 0)];
            var order = sent.OrderBy(_ => _random.Next()).ToList();
            foreach (var body in order)
            {
                Assert.Equal(200, await post(body));
                if (_random.Next(2) == 0)
                {
                    await Rig.DrainAsync();
                }

                if (_random.Next(8) == 0)
                {
                    // One comes a day late.
                    await Rig.AdvanceAsync(TimeSpan.FromDays(1));
                }
            }

            await Rig.AdvanceAsync(TimeSpan.FromDays(1));
            var how =
                $"seed {RandomOrder.Seed}, run {run}: {string.Join(' ', order.Select(body => states.IndexOf(body)))}";
            await AssertNewestAsync($"{id}", newest, total, goods, how);

            void Add(OrderStatus status, int refunds) =>
                states.Add(
                    payload(json =>
                    {
                        json["id"] = id;
                        // The order was placed once, in whatever state it is told.
                        foreach (var field in new[] { "created_at", "processed_at", "date_created_gmt" })
                        {
                            if (json.ContainsKey(field))
                            {
                                json[field] = placedAt.DeepClone();
                            }
                        }

                        stand(json, status, refunds);
                    })
                );
        }

        Assert.Empty(await Rig.ParkedAsync());
        Assert.All(
            Rig.Sandbox.State.Received(),
            call => Assert.True(call.Problem is null, $"{call.Provider}: {call.Problem}")
        );
    }

    private async Task AssertNewestAsync(string id, OrderStatus newest, decimal total, decimal goods, string how)
    {
        var isVoid = newest.IsVoid();
        foreach (var provider in Samples.ProviderNames)
        {
            var entry = await Rig.EntryAsync(provider, id);
            Assert.True(
                entry.Version.Status == newest,
                $"{how}: {provider} has {entry.Version} ({entry.State}), not {newest}"
            );
        }

        var (duel, katalys) = (State<DuelApi>().Find(id)!, State<KatalysApi>().Find(id)!);
        // It may never have heard of an order that came to nothing before it was told.
        var retrack = State<RetrackApi>().Find(id);
        var atRetrack = retrack is null or { Status: "rejected" } ? 0 : retrack.OrderSum / 100m;
        var atKatalys = newest switch
        {
            OrderStatus.Refunded => "refunded",
            OrderStatus.Cancelled => "cancelled",
            _ => "paid",
        };
        Assert.True(
            (duel.Total, atRetrack, katalys.Sale, katalys.Subtotal, katalys.Status)
                == (isVoid ? (0, 0, 0, 0, atKatalys) : (total, goods, total, goods, atKatalys)),
            $"{how}: {newest}, but Duel has {duel.Total}, Retrack {atRetrack}, Katalys {katalys.Status} {katalys.Sale} {katalys.Subtotal}"
        );
    }

    private T State<T>()
        where T : ProviderApi => Rig.Sandbox.State.Provider<T>();
}
