using OrderFunctions.Bus;
using OrderFunctions.Parked;

namespace OrderFunctions.Core.Tests.Parked;

/// <summary>Which parked deliveries are meant: every error at once, and the summary of them.</summary>
public sealed class ParkedRequestTests : ParkedTest
{
    [Fact]
    public async Task Every_error_of_a_replay_is_told_at_once()
    {
        var answer = await ReplayAsync(
            """{"provider":"dual","since":"yesterday","until":7,"ids":["x",1],"max":0,"perMinute":0,"force":"yes","note":"n","reasn":"r"}""",
            status: 400
        );

        Assert.Equal(
            [
                "$.force",
                "$.ids[0]",
                "$.ids[1]",
                "$.max",
                "$.note",
                "$.perMinute",
                "$.provider",
                "$.reasn",
                "$.since",
                "$.until",
            ],
            answer["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("{}", "$.note")]
    [InlineData("""{"note":""}""", "$.note")]
    [InlineData("""{"note":"x","perMinute":1}""", "$.perMinute")]
    [InlineData("""{"note":"x","since":"2026-11-21T12:00:00Z","until":"2026-11-21T12:00:00Z"}""", "$.until")]
    [InlineData("[]", "$")]
    public async Task A_discard_without_a_note_or_with_what_it_does_not_take_is_refused(string json, string path)
    {
        await ParkAsync();

        var answer = await DiscardAsync(json, status: 400);

        Assert.Equal([path], answer["errors"]!.AsObject().Select(error => error.Key));
        Assert.Single(await Rig.ParkedAsync());
    }

    [Fact]
    public async Task A_note_has_at_most_1_000_characters()
    {
        await ParkAsync();
        await DiscardAsync($$"""{"note":"{{new string('n', 1001)}}"}""", status: 400);
        await DiscardAsync($$"""{"note":"{{new string('n', 1000)}}"}""");
    }

    [Fact]
    public async Task A_summary_counts_by_provider_and_reason_and_adds_the_money_up()
    {
        var start = Rig.Time.GetUtcNow();
        await ParkAsync(2);
        Rig.Time.Advance(TimeSpan.FromMinutes(1));
        await ParkAsync(1, prefix: "usd", change: json => json["order"]!["currency"] = "USD");
        await ParkAsync(1, "duel", DeadLetterReasons.RetriesExhausted, "d");
        await ParkAsync(new BusMessage("e", "?"u8.ToArray()));

        var summary = await SummaryAsync();

        Assert.True(summary["isComplete"]!.GetValue<bool>());
        Assert.Equal(
            ["katalys Rejected 3", "- Rejected 1", "duel RetriesExhausted 1"],
            summary["groups"]!
                .AsArray()
                .Select(group => $"{group!["provider"] ?? "-"} {group["reason"]} {group["count"]}")
        );
        var largest = summary["groups"]![0]!;
        Assert.Equal(
            (start, start.AddMinutes(1), "because o-0"),
            (
                largest["oldest"]!.GetValue<DateTimeOffset>(),
                largest["newest"]!.GetValue<DateTimeOffset>(),
                largest["example"]!.GetValue<string>()
            )
        );
        var total = (await Rig.ParkedAsync())[0].Amount!.Value;
        Assert.Equal(
            new[] { ("SEK", 2 * total), ("USD", total) }.Order(),
            largest["sums"]!
                .AsArray()
                .Select(sum => (sum!["currency"]!.GetValue<string>(), sum["amount"]!.GetValue<decimal>()))
                .Order()
        );
        Assert.Empty(summary["groups"]![1]!["sums"]!.AsArray());
    }

    [Fact]
    public async Task A_summary_takes_the_filters_of_the_list()
    {
        await ParkAsync(2);
        Rig.Time.Advance(TimeSpan.FromMinutes(1));
        await ParkAsync(3, "duel", prefix: "d");

        Assert.Equal(2, await CountAsync("?provider=KATALYS"));
        Assert.Equal(3, await CountAsync("?since=2026-11-21T12:01:00Z"));
        Assert.Equal(2, await CountAsync("?until=2026-11-21T13:01:00%2B01:00"));
        Assert.Equal(1, await CountAsync("?orderId=d-1&reason=rejected"));
        Assert.Equal(0, await CountAsync("?reason=other"));
        await SummaryAsync("?limit=1", 400);

        async Task<int> CountAsync(string query) =>
            (await SummaryAsync(query))["groups"]!.AsArray().Sum(group => group!["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_summary_that_takes_too_long_says_that_it_is_not_all()
    {
        await ParkAsync(600);
        var list = new ParkedList(new SlowBus(Rig.Bus, () => Rig.Time.Advance(TimeSpan.FromSeconds(10))), Rig.Time);

        var summary = await list.SummarizeAsync(new ParkedFilter(), default);
        var count = await list.CountAsync(new ParkedRequest(ParkedAction.Replay, new ParkedFilter()), 10_000, default);

        Assert.Equal((false, 500), (summary.IsComplete, Assert.Single(summary.Groups).Count));
        Assert.Equal((false, 500), (count.IsComplete, count.Matched));
    }

    [Fact]
    public async Task A_summary_has_room_for_200_groups_and_says_when_there_are_more()
    {
        for (var i = 0; i < 201; i++)
        {
            await ParkAsync(1, reason: $"reason {i}", prefix: $"o{i}");
        }

        var summary = await SummaryAsync();

        Assert.Equal(200, summary["groups"]!.AsArray().Count);
        Assert.False(summary["isComplete"]!.GetValue<bool>());
    }
}
