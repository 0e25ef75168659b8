using FsCheck;
using FsCheck.Fluent;

namespace OrderFunctions.Core.Tests.Providers.Carts;

/// <summary>Makes carts, and makes a cart that went wrong smaller.</summary>
internal static class AnyCart
{
    public static Arbitrary<Cart> Arbitrary { get; } = Arb.From(Any(), Smaller);

    /// <summary>One order after another of its states, in one currency.</summary>
    public static Arbitrary<Cart[]> Arbitraries { get; } =
        Arb.From(
            from count in Gen.Choose(2, 4)
            from carts in Gen.ArrayOf(Any(), count)
            select carts.Select(cart => cart with { Currency = carts[0].Currency }).ToArray(),
            carts =>
                Enumerable
                    .Range(0, carts.Length)
                    .SelectMany(
                        index => Smaller(carts[index]).Where(cart => cart.Currency == carts[0].Currency),
                        (index, smaller) => carts.Select((cart, place) => place == index ? smaller : cart).ToArray()
                    )
        );

    private static Gen<Cart> Any() =>
        from currency in Gen.Elements("SEK", "EUR", "JPY", "KWD")
        from isTaxIn in Gen.Elements(true, false)
        from isTaxedByLine in Gen.Elements(true, false)
        from rate in Gen.OneOf(Gen.Elements(0, 55, 100, 190, 200, 250), Gen.Choose(0, 250))
        from count in Gen.Choose(1, 20)
        from lines in Gen.ArrayOf(AnyLine(), count)
        from off in Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 5000))
        from shipping in Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 5000))
        from fees in Gen.OneOf(Gen.Constant(0), Gen.Choose(-50, 500))
        from telling in Gen.Elements(Enum.GetValues<Telling>())
        from tellsTax in Gen.Elements(true, false)
        from since in Gen.Elements(Since.Nothing, Since.Nothing, Since.HalfRefunded, Since.LinesLost)
        select new Cart(currency, isTaxIn, isTaxedByLine, rate, lines, off, shipping, fees, telling, tellsTax, since);

    private static Gen<CartLine> AnyLine() =>
        from price in Gen.OneOf(Gen.Choose(0, 99), Gen.Choose(100, 99999))
        from quantity in Gen.Frequency((1, Gen.Constant(0)), (4, Gen.Constant(1)), (4, Gen.Choose(2, 12)))
        from off in Gen.OneOf(Gen.Constant(0), Gen.Constant(0), Gen.Choose(1, 500))
        select new CartLine(price, quantity, off);

    private static IEnumerable<Cart> Smaller(Cart cart)
    {
        for (var i = 0; i < cart.Lines.Count && cart.Lines.Count > 1; i++)
        {
            yield return cart with
            {
                Lines = [.. cart.Lines.Where((_, place) => place != i)],
            };
        }

        for (var i = 0; i < cart.Lines.Count; i++)
        {
            var line = cart.Lines[i];
            CartLine[] plainer =
            [
                line with
                {
                    Off = 0,
                },
                line with
                {
                    Quantity = Math.Min(1, line.Quantity),
                },
                line with
                {
                    Price = line.Price / 2,
                },
            ];
            foreach (var plain in plainer.Where(plain => plain != line))
            {
                yield return cart with
                {
                    Lines = [.. cart.Lines.Select((old, place) => place == i ? plain : old)],
                };
            }
        }

        Cart[] simpler =
        [
            cart with
            {
                Off = 0,
            },
            cart with
            {
                Shipping = 0,
            },
            cart with
            {
                Fees = 0,
            },
            cart with
            {
                Rate = 0,
            },
            cart with
            {
                Currency = "SEK",
            },
            cart with
            {
                Since = Since.Nothing,
            },
            cart with
            {
                Off = cart.Off / 2,
            },
        ];
        foreach (var simple in simpler.Where(simple => simple != cart))
        {
            yield return simple;
        }
    }
}
