using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using OrderFunctions.TestKit.Import;

namespace OrderFunctions.Import.Tests;

/// <summary>The import waits for the deliveries it began before it reports.</summary>
public sealed class ImportWaitTests
{
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly SkippingTime _time = new();

    [Fact]
    public async Task The_report_comes_when_the_last_delivery_is_told_and_only_open_orders_are_asked_for_again()
    {
        await using var server = await StubServer.StartAsync();
        server.Delivery = order =>
            (order, Ask(order)) switch
            {
                ("o-0", _) => Standing("delivered"),
                ("o-1", 1) => null,
                (_, <= 3) => Standing("retrying"),
                _ => Standing("delivered"),
            };

        var import = await RunAsync(server, TimeSpan.FromSeconds(60));

        Assert.Equal("3", import.Row("duel")["delivered"]);
        Assert.Equal([1, 4, 4], new[] { "o-0", "o-1", "o-2" }.Select(order => _asked[order]));
        Assert.Equal(3, Waited);
        Assert.DoesNotContain("still to come", import.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_told_by_the_end_of_the_wait_is_reported_as_it_stands_then()
    {
        await using var server = await StubServer.StartAsync();
        server.Delivery = _ => Standing("retrying");

        var import = await RunAsync(server, TimeSpan.FromSeconds(25));

        Assert.Equal("3", import.Row("duel")["retrying"]);
        Assert.Contains("Deliveries still to come: 3.", import.Output, StringComparison.Ordinal);
        Assert.Contains("waiting up to 15 s for 3 orders to be told", import.Error, StringComparison.Ordinal);
        Assert.Equal(25, Waited);
    }

    [Theory]
    [InlineData("delivered")]
    [InlineData("skipped")]
    [InlineData("parked")]
    public async Task What_has_come_to_its_end_is_not_waited_for(string state)
    {
        await using var server = await StubServer.StartAsync();
        server.Delivery = _ => Standing(state);

        var import = await RunAsync(server, TimeSpan.FromSeconds(60));

        Assert.Equal(("3", 0.0), (import.Row("duel")[state], Waited));
    }

    [Fact]
    public async Task A_retry_that_is_due_after_the_wait_is_not_waited_for()
    {
        await using var server = await StubServer.StartAsync();
        server.Delivery = _ =>
        {
            var standing = Standing("retrying");
            standing["nextAttemptAt"] = _time.GetUtcNow().AddMinutes(5);
            return standing;
        };

        var import = await RunAsync(server, TimeSpan.FromSeconds(60));

        Assert.Equal(("3", 0.0), (import.Row("duel")["retrying"], Waited));
    }

    [Fact]
    public async Task With_a_wait_of_0_it_reports_at_once()
    {
        await using var server = await StubServer.StartAsync();

        var import = await RunAsync(server, TimeSpan.Zero);

        Assert.Equal(("3", 0.0), (import.Row("duel")["waiting"], Waited));
    }

    // The first wait of all is for the server's clock.
    private double Waited => _time.Waits.Skip(1).Sum(wait => wait.TotalSeconds);

    private int Ask(string order) => _asked.AddOrUpdate(order, 1, (_, times) => times + 1);

    private static JsonObject Standing(string state) => new() { ["state"] = state };

    private async Task<ImportRun> RunAsync(StubServer server, TimeSpan wait)
    {
        using var file = new ImportFile(ImportFile.Events(3));
        return await file.RunAsync(server.Url, options => options with { Verify = true, Wait = wait }, _time);
    }
}
