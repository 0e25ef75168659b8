using System.Text;
using OrderFunctions.Json;
using OrderFunctions.TestKit;

namespace OrderFunctions.Orders;

public sealed class RecentEventsTests
{
    private readonly RecentEvents _events = new(new OrderEventReader(Samples.ProviderNames));

    [Fact]
    public void An_event_that_was_just_read_is_the_same_one_for_every_provider()
    {
        var first = _events.Read(Samples.Utf8(), new ValidationErrors());

        Assert.NotNull(first);
        Assert.Same(first, _events.Read(Samples.Utf8(), new ValidationErrors()));
    }

    [Fact]
    public void Of_many_events_each_is_read_as_itself()
    {
        var errors = new ValidationErrors();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 1_000; i++)
            {
                var id = $"{i}";
                var body = Samples.Utf8(json => json["order"]!["id"] = id);

                Assert.Equal(id, _events.Read(body, errors)!.Order.Id);
            }
        }
    }

    // Chance may put two events in one place; not half of them.
    [Fact]
    public void Of_a_few_events_in_turn_most_are_known_again()
    {
        byte[][] bodies = [.. Enumerable.Range(0, 32).Select(i => Samples.Utf8(json => json["order"]!["id"] = $"{i}"))];
        var first = bodies.Select(body => _events.Read(body, new ValidationErrors())).ToList();
        var second = bodies.Select(body => _events.Read(body, new ValidationErrors())).ToList();

        Assert.InRange(first.Zip(second).Count(each => ReferenceEquals(each.First, each.Second)), 16, 32);
    }

    [Fact]
    public void What_is_wrong_is_told_each_time()
    {
        for (var i = 0; i < 2; i++)
        {
            var errors = new ValidationErrors();

            Assert.Null(_events.Read(Encoding.UTF8.GetBytes("{}"), errors));
            Assert.True(errors.Any);
        }
    }
}
