using OrderFunctions.TestKit;

namespace OrderFunctions.Journaling.Tests;

/// <summary>docs/architecture.md, as a test: which room of the journal may use which, and what it knows of Core.</summary>
public sealed class ArchitectureTests
{
    private static readonly Rooms Rooms = new(
        "OrderFunctions",
        [
            new("Journaling.Records", ["Bus"], "a record is data: a message's is written and read here"),
            new(
                "Journaling.Files",
                ["Journaling.Records", "Bus"],
                "bytes on a disk: all it knows of the bus is that it can be unavailable"
            ),
            new(
                "Journaling.State",
                ["Journaling.Files", "Journaling.Records"],
                "what the records add up to; where a record stands is a place in a file"
            ),
            new(
                "Journaling",
                ["Journaling.State", "Journaling.Files", "Journaling.Records", "Bus", "Ledger", "Orders"],
                "it implements the interfaces of Core's Bus and Ledger; a ledger entry's JSON has an order's version"
            ),
        ]
    );

    [Fact]
    public void Every_room_uses_only_the_rooms_below_it_and_of_Core_only_what_it_implements()
    {
        var violations = Rooms.Violations(typeof(Journal).Assembly.Location);

        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void The_rooms_make_no_circle() => Assert.Null(Rooms.Circle());

    [Fact]
    public void A_use_of_a_room_of_Core_that_is_not_allowed_is_told_with_the_reason()
    {
        var strict = new Rooms("OrderFunctions", [new("Journaling.Records", [], "a record is data")]);

        Assert.Contains(
            strict.Violations(typeof(Journal).Assembly.Location),
            violation =>
                violation.StartsWith("Journaling.Records uses Bus (MessageRecord -> ", StringComparison.Ordinal)
                && violation.EndsWith("a record is data", StringComparison.Ordinal)
        );
    }
}
