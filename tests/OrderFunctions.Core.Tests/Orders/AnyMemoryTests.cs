using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OrderFunctions.Core.Tests;
using OrderFunctions.TestKit;

namespace OrderFunctions.Orders;

/// <summary>
/// Whatever events an order has, in whatever order they come and however often: the memory is the same, stays small, and
/// completes an event as a model does that remembers every event whole. MEMORY_RUNS sets how many orders are tried.
/// </summary>
public sealed class AnyMemoryTests
{
    private const string Provider = "duel";
    private static readonly int Runs = EnvironmentNumber.Of("MEMORY_RUNS", 1000);
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly OrderEvent Sample = Samples.Event();

    // Of an order's fields one statement each; that there is no attribution; consent, and an older exclusion.
    private static readonly int MostStatements =
        typeof(Customer).GetProperties().Length + 2 + typeof(Attribution).GetProperties().Length + 1 + 2;

    [Fact]
    public void The_memory_is_the_same_in_whatever_order_the_events_come_and_however_often() =>
        Check(said =>
            JsonSerializer.Serialize(Memory(said.Events)?.Statements)
            == JsonSerializer.Serialize(Memory(said.Arrivals.Select(at => said.Events[at]))?.Statements)
        );

    [Fact]
    public void It_completes_each_event_as_if_every_event_were_remembered_whole() =>
        Check(said =>
        {
            var memory = Memory(said.Arrivals.Select(at => said.Events[at]));
            return said.Events.All(each =>
                JsonSerializer.Serialize(Model(said.Events, each))
                == JsonSerializer.Serialize(memory?.Complete(each) ?? each)
            );
        });

    [Fact]
    public void It_has_at_most_as_many_statements_as_there_are_fields_and_an_excluded_provider_s_has_nothing_personal() =>
        Check(said =>
            Memory(said.Arrivals.Select(at => said.Events[at])) is not { } memory
            || (
                memory.Statements.Count <= MostStatements
                && (memory.Statements[^1].Providers?.Contains(Provider) != false || !memory.IsPersonal)
                && memory.Forget() is null or { IsPersonal: false }
            )
        );

    private static OrderMemory? Memory(IEnumerable<OrderEvent> events) =>
        events.Aggregate(
            (OrderMemory?)null,
            (memory, each) => OrderMemory.With(memory, Statement.Of(each), Provider, Noon)
        );

    private static OrderEvent Model(IEnumerable<OrderEvent> events, OrderEvent told)
    {
        var all = events.OrderBy(each => each.Version).ToList();
        var consent = all.FindLast(each => each.Providers is not null);
        var isExcluded = all.Exists(each => each.Providers?.Contains(Provider) == false);

        // Once it was excluded, only the newest event counts that names providers, if that names it, and the event itself.
        var counting = isExcluded
            ? all.Where(each => each == told || (each == consent && each.IsFor(Provider))).ToList()
            : all;
        var visits = counting.Select(each => each.Attribution).OfType<Attribution>().ToList();
        var newest = counting.AsEnumerable().Reverse().Prepend(told).Select(each => each.Order).ToList();
        return told with
        {
            Providers = consent?.Providers,
            Attribution =
                visits.Count == 0
                    ? null
                    : new Attribution(
                        visits.Select(visit => visit.UserIds).FirstOrDefault(ids => ids.Count > 0) ?? [],
                        visits.Select(visit => visit.VisitorIds).FirstOrDefault(ids => ids.Count > 0) ?? [],
                        First(visits, visit => visit.AvantLinkToken),
                        First(visits, visit => visit.RetrackClick),
                        First(visits, visit => visit.Affiliate),
                        First(visits, visit => visit.UserAgent),
                        First(visits, visit => visit.IpAddress),
                        First(visits, visit => visit.PageUrl),
                        First(visits, visit => visit.ReferrerUrl),
                        First(visits, visit => visit.GoogleClickId),
                        First(visits, visit => visit.CustomTrackingCode)
                    ),
            Order = told.Order with
            {
                Customer = new Customer(
                    First(newest, order => order.Customer.Id),
                    First(newest, order => order.Customer.Email),
                    First(newest, order => order.Customer.IsNew),
                    First(newest, order => order.Customer.OrderCount)
                ),
                ShippingAddress =
                    First(newest, order => order.HasShippingAddress ? order.ShippingAddress : null) ?? Address.Unknown,
                BillingAddress = First(newest, order => order.BillingAddress),
            },
        };
    }

    private static TValue? First<T, TValue>(IEnumerable<T> from, Func<T, TValue> value) =>
        from.Select(value).FirstOrDefault(each => each is not null);

    private static void Check(Func<Said, bool> isWell) => Generated.Check(Any, Runs, isWell, said => $"{said}");

    private static Arbitrary<Said> Any =>
        Arb.From(
            from count in Gen.Frequency((8, Gen.Choose(1, 6)), (1, Gen.Choose(7, 60)))
            from events in Gen.ArrayOf(AnyEvent, count)
            from again in Gen.ArrayOf(Gen.Choose(0, count - 1), count / 2)
            from arrivals in Gen.Shuffle(Enumerable.Range(0, count).Concat(again).ToArray())
            select new Said([.. events.Select((each, at) => each with { EventId = $"{at:00}" })], arrivals),
            said => Enumerable.Range(0, said.Events.Length).Select(said.Without).Where(less => less.Events.Length > 0)
        );

    private static Gen<OrderEvent> AnyEvent =>
        from minute in Gen.Choose(0, 5)
        from status in Gen.Elements(Enum.GetValues<OrderStatus>())
        from providers in Gen.Frequency<string[]?>(
            (12, Gen.Constant<string[]?>(null)),
            (2, Gen.Constant<string[]?>([Provider])),
            (1, Gen.Constant<string[]?>(["katalys"]))
        )
        from texts in Gen.ArrayOf(
            Gen.Frequency<string?>((3, Gen.Constant<string?>(null)), (1, Gen.Elements<string?>("a", "b", "c"))),
            17
        )
        from hasAttribution in Gen.Elements(true, false)
        from isNew in Gen.Elements<bool?>(null, null, true, false)
        select Sample with
        {
            OccurredAt = Noon.AddMinutes(minute),
            Providers = providers,
            Attribution = hasAttribution
                ? new Attribution(
                    texts[0] is { } user ? [user] : [],
                    texts[1] is { } visitor ? [visitor, "more"] : [],
                    texts[2],
                    texts[3],
                    texts[4],
                    texts[5],
                    texts[6],
                    texts[7],
                    texts[8],
                    texts[9],
                    texts[10]
                )
                : null,
            Order = Sample.Order with
            {
                Status = status,
                Customer = new Customer(texts[11], texts[12], isNew, texts[13]?.Length + minute),
                ShippingAddress = Address.Unknown with { City = texts[14], Country = texts[15] },
                BillingAddress = texts[16] is { } city ? Address.Unknown with { City = city } : null,
            },
        };

    /// <param name="Arrivals">The events' places, in the order in which they come; some come twice.</param>
    private sealed record Said(OrderEvent[] Events, int[] Arrivals)
    {
        public Said Without(int at) =>
            new(
                [.. Events.Where((_, i) => i != at)],
                [.. Arrivals.Where(arrival => arrival != at).Select(arrival => arrival > at ? arrival - 1 : arrival)]
            );

        public override string ToString() =>
            string.Join(
                '\n',
                Events.Select(
                    (each, at) =>
                        $"{at}: {each.Version.OccurredAt:mm} {each.Order.Status} {JsonSerializer.Serialize(Statement.Of(each))}"
                )
            )
            + $"\narrive as {string.Join(", ", Arrivals)}\nremembered: {JsonSerializer.Serialize(Memory(Arrivals.Select(at => Events[at])))}";
    }
}
