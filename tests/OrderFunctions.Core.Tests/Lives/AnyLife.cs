using FsCheck;
using FsCheck.Fluent;
using OrderFunctions.Orders;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>Makes lives, and makes a life that went wrong smaller.</summary>
internal static class AnyLife
{
    private const int MostChoices = 60;

    private static readonly Gen<bool> Mostly = Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)));

    public static Arbitrary<Life> Arbitrary { get; } = Arb.From(Any(), Smaller);

    private static Gen<Life> Any() =>
        from count in Gen.Choose(1, 5)
        from events in Gen.ArrayOf(AnyEvent(), count)
        from isOrderly in Mostly
        from hasAll in Gen.Elements(true, false)
        from duplicates in Gen.Choose(0, 3)
        from again in Gen.ArrayOf(Gen.Choose(0, count - 1), duplicates)
        from arrivals in Gen.Shuffle(Enumerable.Range(0, count).Concat(again))
        from currency in Gen.Elements("SEK", "USD", "JPY", "KWD")
        from workers in Gen.Choose(1, 3)
        from tellPending in Mostly
        from length in Gen.Choose(0, MostChoices)
        from choices in Gen.ArrayOf(Gen.Choose(0, 9999), length)
        select new Life(currency, Named(events, isOrderly, hasAll), arrivals, workers, choices)
        {
            TellPending = tellPending,
        };

    private static Gen<LifeEvent> AnyEvent() =>
        from minute in Gen.Choose(0, 6)
        from status in Gen.Frequency(
            (3, Gen.Constant(OrderStatus.Pending)),
            (4, Gen.Constant(OrderStatus.Paid)),
            (3, Gen.Constant(OrderStatus.PartiallyRefunded)),
            (1, Gen.Constant(OrderStatus.Refunded)),
            (1, Gen.Constant(OrderStatus.Cancelled))
        )
        from total in Gen.Choose(1, 200)
        from coupons in Gen.Choose(0, 2)
        from hasEmail in Mostly
        from origin in Gen.Frequency(
            (5, Gen.Constant(Origin.Stated)),
            (3, Gen.Constant(Origin.Unsaid)),
            (1, Gen.Constant(Origin.None))
        )
        from consent in Gen.Frequency(
            (12, Gen.Constant(Consent.Unsaid)),
            (1, Gen.Constant(Consent.Included)),
            (1, Gen.Constant(Consent.Excluded))
        )
        from isBare in Gen.Elements(true, false)
        from accepted in Gen.Choose(0, 2)
        from mark in Gen.Choose(0, 9)
        select new LifeEvent(minute, status, total, $"{mark}", coupons, hasEmail, origin)
        {
            Consent = consent,
            IsBare = isBare && status is (OrderStatus.Refunded or OrderStatus.Cancelled),
            Accepted = accepted,
        };

    // Orderly: statuses follow one another, and the total only shrinks, as in most lives.
    private static LifeEvent[] Named(LifeEvent[] events, bool isOrderly, bool hasAll)
    {
        var minutes = events.Select(lifeEvent => lifeEvent.Minute).Order().ToArray();
        var statuses = events.Select(lifeEvent => lifeEvent.Status).ToArray();
        var totals = events.Select(lifeEvent => lifeEvent.Total).ToArray();
        if (isOrderly)
        {
            Array.Sort(statuses);
            Array.Sort(totals, (left, right) => right.CompareTo(left));
        }

        return
        [
            .. events.Select(
                (lifeEvent, index) =>
                    lifeEvent with
                    {
                        Minute = minutes[index],
                        Status = statuses[index],
                        Total = totals[index],
                        Id = $"{lifeEvent.Id}-{(char)('a' + index)}",
                        HasEmail = hasAll || lifeEvent.HasEmail,
                        Origin = hasAll ? Origin.Stated : lifeEvent.Origin,
                        Consent = hasAll ? Consent.Unsaid : lifeEvent.Consent,
                        IsBare = lifeEvent.IsBare && statuses[index] is (OrderStatus.Refunded or OrderStatus.Cancelled),
                    }
            ),
        ];
    }

    private static IEnumerable<Life> Smaller(Life life)
    {
        for (var i = 0; i < life.Events.Count && life.Events.Count > 1; i++)
        {
            yield return Without(life, i);
        }

        for (var i = 0; i < life.Arrivals.Count; i++)
        {
            if (life.Arrivals.Take(i).Contains(life.Arrivals[i]))
            {
                yield return life with
                {
                    Arrivals = [.. life.Arrivals.Where((_, place) => place != i)],
                };
            }
        }

        if (life.Workers > 1)
        {
            yield return life with
            {
                Workers = life.Workers - 1,
            };
        }

        for (var chunk = life.Choices.Count; chunk > 0; chunk /= 2)
        {
            for (var start = 0; start + chunk <= life.Choices.Count; start += chunk)
            {
                yield return life with
                {
                    Choices = [.. life.Choices.Take(start), .. life.Choices.Skip(start + chunk)],
                };
            }
        }

        for (var i = 0; i < life.Choices.Count; i++)
        {
            foreach (var value in new[] { 0, life.Choices[i] / 2, life.Choices[i] - 1 }.Distinct())
            {
                if (value >= 0 && value < life.Choices[i])
                {
                    yield return life with
                    {
                        Choices = [.. life.Choices.Select((old, place) => place == i ? value : old)],
                    };
                }
            }
        }

        for (var i = 0; i < life.Events.Count; i++)
        {
            var lifeEvent = life.Events[i];
            LifeEvent[] plainer =
            [
                lifeEvent with
                {
                    Coupons = 0,
                },
                lifeEvent with
                {
                    HasEmail = true,
                },
                lifeEvent with
                {
                    Origin = Origin.Stated,
                },
                lifeEvent with
                {
                    Consent = Consent.Unsaid,
                },
                lifeEvent with
                {
                    IsBare = false,
                },
                lifeEvent with
                {
                    Accepted = 0,
                },
            ];
            foreach (var plain in plainer.Where(plain => plain != lifeEvent))
            {
                yield return life with
                {
                    Events = [.. life.Events.Select((old, place) => place == i ? plain : old)],
                };
            }
        }

        if (!life.TellPending)
        {
            yield return life with
            {
                TellPending = true,
            };
        }

        if (life.Currency != "SEK")
        {
            yield return life with
            {
                Currency = "SEK",
            };
        }
    }

    private static Life Without(Life life, int index) =>
        life with
        {
            Events = [.. life.Events.Where((_, place) => place != index)],
            Arrivals =
            [
                .. life
                    .Arrivals.Where(arrival => arrival != index)
                    .Select(arrival => arrival > index ? arrival - 1 : arrival),
            ],
        };
}
