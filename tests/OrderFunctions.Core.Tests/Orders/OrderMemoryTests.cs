using System.Text.Json;
using OrderFunctions.TestKit;

namespace OrderFunctions.Orders;

/// <summary>The memory's rules, one by one. AnyMemoryTests holds them against a model.</summary>
public sealed class OrderMemoryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly OrderEvent Sample = Samples.Event();

    [Fact]
    public void Consent_that_was_withdrawn_holds_for_an_older_event_that_comes_late()
    {
        var withdrawn = Said(1) with { Providers = ["katalys"] };

        var late = Memory(withdrawn).Complete(Event(0) with { Providers = ["duel", "katalys"] });

        Assert.False(late.IsFor("duel"));
    }

    [Fact]
    public void An_excluded_provider_keeps_the_exclusion_alone_whatever_comes_later()
    {
        var excluded = Said(1) with { Providers = ["katalys"], Customer = Alex };

        var memory = Memory(Said(0) with { Customer = Alex }, excluded, Said(2) with { Customer = Alex });

        Assert.False(memory.IsPersonal);
        Assert.Equal(["katalys"], Assert.Single(memory.Statements).Providers);
    }

    [Fact]
    public void Who_consents_again_is_remembered_by_the_event_that_says_so()
    {
        var again = Said(2) with
        {
            Providers = ["duel"],
            Customer = Alex,
            Attribution = Attribution.None with { Affiliate = "nick" },
        };
        var before = Said(0) with { Attribution = Attribution.None with { Affiliate = "of before" } };

        foreach (Statement[] order in Orders([before, Said(1) with { Providers = ["katalys"] }, again]))
        {
            var told = Memory(order).Complete(Event(3));

            Assert.True(told.IsFor("duel"));
            Assert.Equal(("alex@example.com", "nick"), (told.Order.Customer.Email, told.Attribution!.Affiliate));
        }
    }

    [Fact]
    public void What_was_accepted_before_an_erasure_is_not_remembered_again_and_what_comes_later_is()
    {
        var erased = OrderMemory.Erase(Memory(Said(0) with { Customer = Alex }), Noon);
        Statement[] underWay = [Said(0) with { Customer = Alex }, Said(1, accepted: Noon) with { Customer = Alex }];

        Assert.All(underWay, statement => Assert.Same(erased, OrderMemory.With(erased, statement, "duel", Noon)));
        var next = OrderMemory.With(erased, Said(0, Noon.AddTicks(1)) with { Customer = Alex }, "duel", Noon)!;
        Assert.True(next.IsPersonal);
        Assert.Equal(Noon, next.ErasedAt);
    }

    [Fact]
    public void An_event_that_is_not_remembered_any_more_is_told_with_what_it_says_itself()
    {
        var own = Event(0) with { Attribution = Attribution.None with { Affiliate = "nick" } };
        var later = Said(1, Noon.AddTicks(1)) with { Attribution = Attribution.None with { UserAgent = "browser" } };
        var memory = OrderMemory.With(OrderMemory.Erase(null, Noon), later, "duel", Noon)!;

        var told = memory.Complete(own);

        Assert.Equal(("nick", "browser"), (told.Attribution!.Affiliate, told.Attribution.UserAgent));
        Assert.Equal(own.Order.Customer, told.Order.Customer);
    }

    [Fact]
    public void Erasure_and_expiry_keep_whom_the_customer_wants_told_and_nothing_personal()
    {
        var memory = Memory(
            Said(0) with
            {
                Attribution = Attribution.None with { IpAddress = "203.0.113.45" },
            },
            Said(1) with
            {
                Customer = Alex,
                ShippingAddress = new Address("Lund", null, null, null, "SE"),
                Providers = ["duel"],
            }
        );

        Assert.True(memory.IsPersonal);
        foreach (var left in new[] { memory.Forget()!, OrderMemory.Erase(memory, Noon) })
        {
            Assert.False(left.IsPersonal);
            Assert.Equal(["duel"], Assert.Single(left.Statements).Providers);
            Assert.DoesNotMatch("alex|Lund|203", JsonSerializer.Serialize(left));
            Assert.Same(left, left.Forget());
        }
    }

    [Fact]
    public void Where_nobody_named_providers_nothing_is_left_after_expiry() =>
        Assert.Null(Memory(Said(0) with { Customer = Alex }).Forget());

    // What is said again is forgotten: a shop that says all of it each time makes the entry no larger.
    [Fact]
    public void Of_attribution_the_earliest_event_is_remembered_of_all_else_the_newest_and_each_once()
    {
        Statement[] said = [Everything(0), Everything(1), Everything(2)];
        var earliest = new Statement(said[0].Version) { Attribution = said[0].Attribution };

        foreach (var order in Orders(said))
        {
            Assert.Equal([earliest, said[2] with { Attribution = null }], Memory(order).Statements);
        }
    }

    [Fact]
    public void The_newest_event_that_names_providers_is_remembered_whole_and_whom_older_ones_name_is_forgotten()
    {
        string[] providers = ["duel"];
        Statement[] said = [.. Enumerable.Range(0, 3).Select(at => Everything(at) with { Providers = providers })];
        var earliest = new Statement(said[0].Version) { Attribution = said[0].Attribution };

        foreach (var order in Orders(said))
        {
            Assert.Equal([earliest, said[2]], Memory(order).Statements);
        }
    }

    [Fact]
    public void What_is_not_known_is_no_statement()
    {
        var unknown = Said(0) with
        {
            Customer = Customer.Unknown,
            ShippingAddress = Address.Unknown,
            BillingAddress = Address.Unknown,
        };

        Assert.True(unknown.IsEmpty);
        Assert.Null(OrderMemory.With(memory: null, unknown, "duel", Noon));
    }

    [Fact]
    public void Of_an_order_that_nothing_is_remembered_of_the_erasure_is_remembered()
    {
        var erased = OrderMemory.Erase(memory: null, Noon);

        Assert.Empty(erased.Statements);
        Assert.Equal((Noon, false), (erased.ErasedAt, erased.IsPersonal));
    }

    private static Statement Everything(int minute) =>
        Said(minute) with
        {
            Customer = new Customer($"c{minute}", $"{minute}@example.com", true, minute),
            ShippingAddress = new Address($"{minute}", "r", "s", "p", "SE"),
            BillingAddress = new Address($"{minute}", "r", "s", "p", "NO"),
            Attribution = new Attribution(["u"], ["v"], "t", "c", "a", "b", "i", "p", "r", "g", $"{minute}"),
        };

    private static Customer Alex => new(null, "alex@example.com", null, null);

    private static OrderMemory Memory(params Statement[] statements) =>
        statements.Aggregate(
            (OrderMemory?)null,
            (memory, statement) => OrderMemory.With(memory, statement, "duel", Noon)
        )!;

    private static Statement Said(int minute, DateTimeOffset? accepted = null) =>
        new(Event(minute).Version with { AcceptedAt = accepted });

    private static OrderEvent Event(int minute) =>
        Sample with
        {
            EventId = $"{minute}",
            OccurredAt = Noon.AddMinutes(minute),
            Providers = null,
            Attribution = null,
        };

    private static IEnumerable<T[]> Orders<T>(T[] items) =>
        items.Length <= 1
            ? [items]
            : items.SelectMany(
                (item, at) => Orders<T>([.. items[..at], .. items[(at + 1)..]]).Select(rest => (T[])[item, .. rest])
            );
}
