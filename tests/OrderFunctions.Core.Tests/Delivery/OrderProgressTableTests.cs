using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

/// <summary>The table of docs/delivery.md, row by row: the state before, the event, and the state after each outcome.</summary>
public sealed class OrderProgressTableTests
{
    private static readonly OrderEvent Event = Samples.Event();

    private static readonly Outcome[] Outcomes =
    [
        new Outcome.Delivered(),
        new Outcome.Skipped("not yet paid"),
        new Outcome.Retry("down", new RetryTiming.NextSlot()),
        new Outcome.Rejected("no such product"),
    ];

    public static TheoryData<string, string, string[]> Rows()
    {
        using var page = typeof(OrderProgressTableTests).Assembly.GetManifestResourceStream("delivery.md")!;
        using var reader = new StreamReader(page);
        var rows = new TheoryData<string, string, string[]>();
        var lines = reader.ReadToEnd().Split('\n');
        foreach (var line in lines.SkipWhile(line => !line.StartsWith("| before", StringComparison.Ordinal)).Skip(2))
        {
            if (!line.StartsWith('|'))
            {
                break;
            }

            var cells = line.Trim('|', ' ', '\r').Split('|', StringSplitOptions.TrimEntries);
            rows.Add(cells[0], cells[1], cells[2..]);
        }

        return rows;
    }

    [Fact]
    public void Every_state_meets_every_event() =>
        Assert.Equal(1 + (Enum.GetValues<DeliveryState>().Length * 3), Rows().Count);

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_of_the_table(string before, string then, string[] after)
    {
        var found = before == "none" ? null : Entry(Enum.Parse<DeliveryState>(before, ignoreCase: true), then);

        Assert.Equal(
            after,
            Outcomes.Select(outcome =>
                OrderProgress
                    .Conclude(found, Event, "duel", outcome, told: null, DeadLetterOf(outcome))
                    .State.ToString()
                    .ToLowerInvariant()
            )
        );
    }

    // The entry's newest event is the one that comes now, an older one or a newer one.
    private static LedgerEntry Entry(DeliveryState state, string then)
    {
        var difference = then switch
        {
            "same" => 0,
            "newer" => -1,
            "older" => 1,
            _ => throw new ArgumentException($"'{then}' is no kind of event.", nameof(then)),
        };
        var version = Event.Version with { OccurredAt = Event.OccurredAt.AddHours(difference) };
        return new LedgerEntry("1001", "duel", version, state)
        {
            Concluded = state is DeliveryState.Delivered or DeliveryState.Discarded ? version : null,
        };
    }

    private static DeadLetter? DeadLetterOf(Outcome outcome) =>
        RetrySchedule.DeadLetterOf(
            outcome,
            new BusMessage("id", ReadOnlyMemory<byte>.Empty),
            [TimeSpan.FromMinutes(1)],
            attempts: 1,
            Event.OccurredAt,
            () => 0
        );
}
