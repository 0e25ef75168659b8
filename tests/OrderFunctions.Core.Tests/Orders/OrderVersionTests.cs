namespace OrderFunctions.Orders;

public sealed class OrderVersionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    // From the oldest to the newest.
    private static readonly OrderVersion[] Ascending =
    [
        new(Noon.AddTicks(-1), OrderStatus.Cancelled, "z"),
        new(Noon, OrderStatus.Pending, "z"),
        new(Noon, OrderStatus.Paid, "B"),
        new(Noon, OrderStatus.Paid, "a"),
        new(Noon, OrderStatus.Paid, "ab"),
        new(Noon, OrderStatus.Paid, "b"),
        new(Noon, OrderStatus.PartiallyRefunded, "a"),
        new(Noon, OrderStatus.Refunded, "a"),
        new(Noon, OrderStatus.Cancelled, "a"),
        new(Noon.AddTicks(1), OrderStatus.Pending, "a"),
    ];

    [Fact]
    public void Time_decides_then_status_then_event_id()
    {
        for (var i = 0; i < Ascending.Length; i++)
        {
            for (var j = 0; j < Ascending.Length; j++)
            {
                var (left, right) = (Ascending[i], Ascending[j]);
                bool[] expected = [i > j, i > j, i >= j, !(i >= j), !(i > j)];
                bool[] actual = [left.IsNewerThan(right), left > right, left >= right, left < right, left <= right];
                Assert.True(
                    expected.SequenceEqual(actual) && Math.Sign(left.CompareTo(right)) == Math.Sign(i - j),
                    $"{left} against {right}: newer, >, >=, <, <= are {string.Join(", ", actual)}; CompareTo is {left.CompareTo(right)}"
                );
            }
        }
    }

    [Fact]
    public void Whatever_the_order_of_arrival_the_same_version_is_the_newest()
    {
        var random = new Random(4711);
        for (var i = 0; i < 100; i++)
        {
            var shuffled = Ascending.ToArray();
            random.Shuffle(shuffled);
            Assert.Equal(Ascending[^1], shuffled.Aggregate((newest, next) => next.IsNewerThan(newest) ? next : newest));
        }
    }

    [Fact]
    public void The_same_moment_in_another_offset_is_the_same_moment()
    {
        var there = new OrderVersion(Noon.ToOffset(TimeSpan.FromHours(9)), OrderStatus.Paid, "a");
        var here = new OrderVersion(Noon, OrderStatus.Paid, "a");
        Assert.Equal(0, there.CompareTo(here));
        Assert.False(there.IsNewerThan(here));
    }

    [Fact]
    public void Of_one_moment_and_status_what_was_accepted_later_is_newer_and_what_nobody_knows_of_is_older()
    {
        OrderVersion[] ascending = [Accepted("c", null), Accepted("b", Noon), Accepted("a", Noon.AddTicks(1))];

        Assert.Equal(ascending, ascending.Reverse().Order());

        static OrderVersion Accepted(string eventId, DateTimeOffset? at) =>
            new(Noon, OrderStatus.Paid, eventId) { AcceptedAt = at };
    }

    [Fact]
    public void An_event_that_was_accepted_twice_is_one_event()
    {
        var once = new OrderVersion(Noon, OrderStatus.Paid, "a") { AcceptedAt = Noon };
        var twice = once with { AcceptedAt = Noon.AddHours(1) };

        Assert.Equal(0, once.CompareTo(twice));
        Assert.Equal(once, twice);
        Assert.Equal(once.GetHashCode(), twice.GetHashCode());
        Assert.NotEqual(once, once with { EventId = "b" });
        Assert.NotEqual(once, once with { Status = OrderStatus.Pending });
        Assert.NotEqual(once, once with { OccurredAt = Noon.AddTicks(1) });
    }

    [Fact]
    public void Every_version_is_newer_than_none() => Assert.True(Ascending[0].CompareTo(null) > 0);

    [Fact]
    public void An_events_version_is_its_moment_its_orders_status_and_its_id()
    {
        var read = TestKit.Samples.Event(json => json["eventId"] = "e-1");
        Assert.Equal(
            new OrderVersion(
                new DateTimeOffset(2025, 11, 21, 14, 3, 7, TimeSpan.FromHours(1)),
                OrderStatus.Paid,
                "e-1"
            ),
            read.Version
        );
    }
}
