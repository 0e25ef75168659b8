using System.Net;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

public sealed class DeliveryTests
{
    [Fact]
    public async Task One_order_in_every_provider_told()
    {
        await using var system = await LocalSystem.StartAsync();

        using var accepted = await system.SubmitAsync();
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await system.IdleAsync();

        var status = (await LocalSystem.ReadAsync(accepted)).GetProperty("status").GetString()!;
        var deliveries = (await system.GetAsync(status)).GetProperty("deliveries").EnumerateArray().ToList();
        Assert.Equal(
            Samples.ProviderNames.Order(),
            deliveries.Select(delivery => delivery.GetProperty("provider").GetString())
        );
        Assert.All(deliveries, delivery => Assert.Equal("delivered", delivery.GetProperty("state").GetString()));
        Assert.All(system.Sandbox.Received(), call => Assert.True(call.Problem is null, call.Problem));
        Assert.Equal(Samples.ProviderNames.Length, system.Sandbox.Received().Count);
    }

    public static TheoryData<string> Providers => [.. Samples.ProviderNames];

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_provider_that_never_answers_delays_no_other(string silent)
    {
        await using var system = await LocalSystem.StartAsync(new ManualTime());
        system.Sandbox.InjectFault(silent, new Fault { Hang = true });

        for (var i = 0; i < 100; i++)
        {
            using var accepted = await system.SubmitAsync(json => json["order"]!["id"] = $"o-{i}");
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }

        // The clock stands still, so not one of the silent provider's calls has ended when the others are all told.
        foreach (var other in Samples.ProviderNames.Where(name => name != silent))
        {
            await system.Sandbox.WaitForAsync(other, 100).WaitAsync(TimeSpan.FromSeconds(30));
        }

        await LocalSystem.UntilAsync(
            () => system.BusyQueues is [var queue] && queue == $"orders-{silent}",
            () => "the others should be idle"
        );
        Assert.Equal(QueuePump.WorkersPerProvider, system.Sandbox.Count(silent));
    }

    [Fact]
    public async Task Duel_never_gets_more_than_1500_requests_in_any_minute()
    {
        var time = new ManualTime();
        await using var system = await LocalSystem.StartAsync(time);
        for (var batch = 0; batch < 4; batch++)
        {
            var events = Enumerable
                .Range(batch * 500, 500)
                .Select(i =>
                    Samples
                        .Json(json =>
                        {
                            json["order"]!["id"] = $"o-{i}";
                            json["providers"] = new System.Text.Json.Nodes.JsonArray("duel");
                        })
                        .ToJsonString()
                );
            using var accepted = await system.PostAsync("api/orders/batch", $"[{string.Join(',', events)}]");
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }

        await LocalSystem.UntilAsync(
            () =>
            {
                // Small steps, so that calls come at many moments.
                time.Advance(TimeSpan.FromMilliseconds(250));
                return system.Sandbox.Received("duel").Select(call => call.Path).Distinct().Count() == 2000;
            },
            () => $"Duel should have all 2000 orders, but has had {system.Sandbox.Count("duel")} requests"
        );

        var calls = system.Sandbox.Received("duel").Select(call => call.At).ToList();
        for (int first = 0, last = 0; last < calls.Count; last++)
        {
            while (calls[last] - calls[first] >= TimeSpan.FromMinutes(1))
            {
                first++;
            }

            Assert.True(
                last - first + 1 <= 1500,
                $"{last - first + 1} requests in the minute that ends at {calls[last]:O}"
            );
        }

        Assert.Equal(2000, calls.Count);
        Assert.All(system.Sandbox.Received("duel"), call => Assert.Equal(200, call.StatusCode));
    }
}
