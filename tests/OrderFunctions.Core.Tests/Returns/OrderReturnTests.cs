using System.Text.Json.Nodes;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Returns;
using static OrderFunctions.Core.Tests.Returns.Returned;

namespace OrderFunctions.Core.Tests.Returns;

/// <summary>What came back is the difference to what AvantLink has, as its return batch file has it.</summary>
public sealed class OrderReturnTests
{
    private static readonly JsonArray NoLines = [];

    [Fact]
    public void The_item_of_40_that_came_back_leaves_60()
    {
        var entry = Told("100.00", SixtyAndForty)
            .Left("partiallyRefunded", "60.00", [Line("sixty", 1, "60.00"), Line("forty", 0, "0")]);

        Assert.Equal(["forty: 40.00 x 1 RETURN"], entry.Lines());
        Assert.Equal((40.00m, "USD"), (entry.Return()!.Amount, entry.Return()!.Currency));
        Assert.Equal((PlacedAt, PlacedAt.AddDays(1)), (entry.Return()!.PlacedAt, entry.Return()!.LeftAt));
    }

    [Fact]
    public void A_line_that_an_event_with_lines_does_not_have_any_more_came_back() =>
        Assert.Equal(
            ["forty: 40.00 x 1 RETURN"],
            Told("100.00", SixtyAndForty).Left("partiallyRefunded", "60.00", [Line("sixty", 1, "60.00")]).Lines()
        );

    [Theory]
    [InlineData("refunded", "RETURN")]
    [InlineData("cancelled", "CANCELED")]
    public void A_void_order_s_pieces_all_came_back(string status, string reason) =>
        Assert.Equal(
            [$"sixty: 60.00 x 1 {reason}", $"forty: 40.00 x 1 {reason}"],
            Told("100.00", SixtyAndForty).Left(status, "0", NoLines).Lines()
        );

    [Fact]
    public void A_bare_cancellation_that_states_no_amounts_takes_all_back()
    {
        var entry = Told("125.00", [Line("one", 1, "125.00")])
            .Left(
                "cancelled",
                "0",
                NoLines,
                order =>
                {
                    foreach (var field in new[] { "currency", "total", "tax", "placedAt", "lines" })
                    {
                        order.Remove(field);
                    }
                }
            );

        Assert.Equal(["one: 125.00 x 1 CANCELED"], entry.Lines());
    }

    [Fact]
    public void The_amount_is_that_of_one_piece_and_pieces_that_cost_a_cent_more_have_a_row_of_their_own() =>
        Assert.Equal(
            ["mug: 7.99 x 2 RETURN", "mug: 8.00 x 1 RETURN"],
            Told("33.98", [Line("mug", 3, "23.98"), Line("hat", 1, "10.00")])
                .Left("partiallyRefunded", "10.00", [Line("hat", 1, "10.00")])
                .Lines()
        );

    [Fact]
    public void Of_three_pieces_one_came_back() =>
        Assert.Equal(
            ["mug: 20.00 x 1 RETURN"],
            Told("60.00", [Line("mug", 3, "60.00")])
                .Left("partiallyRefunded", "40.00", [Line("mug", 2, "40.00")])
                .Lines()
        );

    [Fact]
    public void An_event_without_lines_does_not_say_which_came_back_so_no_product_is_named() =>
        Assert.Equal(
            ["-: 40.00 x 1 ADJUSTMENT"],
            Told("100.00", SixtyAndForty).Left("partiallyRefunded", "60.00", NoLines).Lines()
        );

    [Fact]
    public void An_event_with_the_lines_of_the_whole_order_does_not_say_which_came_back_either() =>
        Assert.Equal(
            ["-: 15.50 x 1 ADJUSTMENT"],
            Told("100.00", SixtyAndForty).Left("partiallyRefunded", "84.50", SixtyAndForty).Lines()
        );

    [Fact]
    public void Money_that_went_back_beyond_the_pieces_is_named_apart_from_them() =>
        Assert.Equal(
            ["forty: 40.00 x 1 RETURN", "-: 10.00 x 1 ADJUSTMENT"],
            Told("100.00", SixtyAndForty).Left("partiallyRefunded", "50.00", [Line("sixty", 1, "50.00")]).Lines()
        );

    [Fact]
    public void Never_more_than_AvantLink_has_is_taken_back_where_a_discount_was_on_the_whole_order() =>
        // 60 and 40 less 25: each is three quarters of its price.
        Assert.Equal(
            ["sixty: 45.00 x 1 CANCELED", "forty: 30.00 x 1 CANCELED"],
            Told(
                    "75.00",
                    SixtyAndForty,
                    order => order["discounts"] = new JsonArray(new JsonObject { ["amount"] = 25 })
                )
                .Left("cancelled", "0", NoLines)
                .Lines()
        );

    [Fact]
    public void A_refund_of_shipping_alone_takes_no_goods_back() =>
        Assert.Null(Told("100.00", SixtyAndForty).Left("partiallyRefunded", "100.00", SixtyAndForty).Return());

    [Fact]
    public void What_AvantLink_was_not_told_of_does_not_come_back() =>
        Assert.Null((Told("1", NoLines).Left("cancelled", "0", NoLines) with { Delivered = false }).Return());

    [Fact]
    public void What_was_marked_is_not_listed_again_and_a_further_refund_lists_the_further_difference_only()
    {
        var entry = Told("100.00", SixtyAndForty)
            .Left("partiallyRefunded", "60.00", [Line("sixty", 1, "60.00")])
            .Marked();
        Assert.Null(entry.Return());

        var further = entry.Left("cancelled", "0", NoLines);
        Assert.Equal(["sixty: 60.00 x 1 CANCELED"], further.Lines());
        Assert.Null(further.Marked().Return());
    }

    [Fact]
    public void After_a_marked_refund_that_named_no_product_the_rest_names_none_either() =>
        Assert.Equal(
            ["-: 60.00 x 1 CANCELED"],
            Told("100.00", SixtyAndForty)
                .Left("partiallyRefunded", "60.00", NoLines)
                .Marked()
                .Left("cancelled", "0", NoLines)
                .Lines()
        );

    [Fact]
    public void A_refund_that_turns_out_smaller_than_was_marked_gives_nothing_back_and_the_next_counts_from_what_was_marked()
    {
        var entry = Told("100.00", SixtyAndForty)
            .Left("partiallyRefunded", "60.00", NoLines)
            .Marked()
            .Left("partiallyRefunded", "90.00", NoLines);
        Assert.Null(entry.Return());

        Assert.Equal(["-: 10.00 x 1 ADJUSTMENT"], entry.Left("partiallyRefunded", "50.00", NoLines).Lines());
    }

    [Fact]
    public void Currencies_without_decimals_have_none() =>
        Assert.Equal(
            ["mug: 33 x 2 CANCELED", "mug: 34 x 1 CANCELED"],
            OrderReturn
                .Of(
                    Told("100", [Line("mug", 3, "100")], order => order["currency"] = "JPY")
                        .Left("cancelled", "0", NoLines),
                    new() { ReturnsCurrency = "JPY" },
                    Now
                )!
                .Lines.Select(line =>
                    FormattableString.Invariant($"{line.Sku}: {line.Amount} x {line.Quantity} {line.Reason}")
                )
        );

    [Theory]
    [InlineData(30 * 24, true)]
    [InlineData((30 * 24) + 1, false)]
    public void AvantLink_takes_returns_for_30_days_after_the_order(int hours, bool isTaken)
    {
        var entry = Told("100.00", SixtyAndForty).Left("cancelled", "0", NoLines);

        var found = OrderReturn.Of(entry, Options, PlacedAt.AddHours(hours))!;

        Assert.Equal(isTaken, found.Note is null);
        Assert.Equal(2, found.Lines.Count);
        if (!isTaken)
        {
            Assert.Equal("AvantLink takes returns for 30 days; the order is of 2026-11-01 09:00:00Z", found.Note);
        }
    }

    [Fact]
    public void All_of_an_order_in_another_currency_than_the_file_s_comes_back_without_an_amount()
    {
        // "A blank value will return the full order amount" (P-A4).
        var entry = Told("100.00", SixtyAndForty, order => order["currency"] = "SEK").Left("refunded", "0", NoLines);

        Assert.Equal(["-: all x 1 RETURN"], entry.Lines());
        Assert.Null(entry.Return()!.Note);
        Assert.Equal((100m, "SEK"), (entry.Return()!.Amount, entry.Return()!.Currency));
    }

    [Fact]
    public void A_part_of_an_order_in_another_currency_is_left_to_a_person()
    {
        var entry = Told("100.00", SixtyAndForty, order => order["currency"] = "SEK")
            .Left("partiallyRefunded", "60.00", [Line("sixty", 1, "60.00")], order => order["currency"] = "SEK");

        Assert.Equal("the amounts are in SEK, those of AvantLink's file in USD", entry.Return()!.Note);
        Assert.Equal(["forty: 40.00 x 1 RETURN"], entry.Lines());
        // No amount now would take back what the person has taken back already.
        Assert.NotNull(entry.Marked().Left("cancelled", "0", NoLines).Return()!.Note);
    }

    [Fact]
    public void A_refund_in_another_currency_than_AvantLink_was_told_is_left_to_a_person()
    {
        var entry = Told("100.00", SixtyAndForty)
            .Left("partiallyRefunded", "60.00", NoLines, order => order["currency"] = "EUR");

        Assert.Equal("AvantLink was told USD, and what is left is stated in EUR", entry.Return()!.Note);
        Assert.Empty(entry.Lines());
        Assert.Null(entry.Return()!.Amount);
    }

    [Fact]
    public void Of_an_order_told_before_it_was_noted_what_was_told_all_can_be_taken_back_and_a_part_is_left_to_a_person()
    {
        var delivered = new Attempt(PlacedAt, "paid", "create", 1, 27, "delivered", 200, 12, null);
        var told = (Told("100.00", NoLines) with { ToldLast = null }).WithAttempts([delivered]);
        var all = told.Left("cancelled", "0", NoLines);
        var part = told.Left("partiallyRefunded", "60.00", NoLines);
        var silent = told.Left(
            "cancelled",
            "0",
            NoLines,
            order =>
            {
                var stated = order.Select(field => field.Key).Except(["id", "status"]).ToList();
                stated.ForEach(name => order.Remove(name));
            }
        );

        Assert.Equal(["-: all x 1 CANCELED"], all.Lines());
        Assert.Equal((null, PlacedAt), (all.Return()!.Note, all.Return()!.PlacedAt));
        Assert.Equal("what AvantLink was told of the order is not on record", part.Return()!.Note);
        Assert.Equal(("USD", null), (all.Return()!.Currency, silent.Return()!.Currency));
        Assert.Null(all.Marked().Return());
        Assert.Null(part.Marked().Return());
        Assert.Equal(["-: 60.00 x 1 CANCELED"], part.Marked().Left("cancelled", "0", NoLines).Lines());
    }

    /// <summary>Whatever comes back in however many steps, marked or not: in the end all is taken back, once.</summary>
    [Fact]
    public void In_whatever_steps_an_order_comes_back_the_lines_make_the_whole_to_the_cent()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var cents = Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, 5000)).ToList();
            var pieces = cents.Select(_ => random.Next(1, 5)).ToList();
            var off = random.Next(2) * random.Next(1, cents.Sum() + 1) / 2;
            var entry = Told(
                Amount(cents.Sum() - off),
                Lines(),
                order => order["discounts"] = new JsonArray(new JsonObject { ["amount"] = Amount(off) })
            );
            var told = entry.ToldLast!.Goods!.Amount;
            var taken = 0m;
            var left = cents.Sum() - off;
            for (var step = random.Next(4); step > 0 && left > 1; step--)
            {
                var line = random.Next(cents.Count);
                pieces[line] = random.Next(pieces[line] + 1);
                left -= random.Next(left);
                entry = entry.Left("partiallyRefunded", Amount(left), random.Next(3) == 0 ? NoLines : Lines());
                Take(random.Next(2) == 0);
            }

            entry = entry.Left(random.Next(2) == 0 ? "cancelled" : "refunded", "0", NoLines);
            Take(isMarked: true);
            Assert.True(taken == told, $"Seed {seed}: {taken} was taken back of {told}.");
            Assert.Null(entry.Return());

            JsonArray Lines() =>
                [
                    .. cents.Select(
                        (each, index) => Line($"sku-{index}", pieces[index], Amount(pieces[index] == 0 ? 0 : each))
                    ),
                ];

            void Take(bool isMarked)
            {
                var found = entry.Return();
                var sum = found?.Lines.Sum(line => line.Amount!.Value * line.Quantity) ?? 0;
                Assert.True(sum == (found?.Amount ?? 0), $"Seed {seed}: the lines make {sum} of {found}.");
                if (isMarked && found is not null)
                {
                    Assert.All(
                        found.Lines,
                        line => Assert.True(line is { Amount: > 0, Quantity: > 0 }, $"Seed {seed}: {line}")
                    );
                    taken += sum;
                    entry = entry.Marked();
                }
            }
        }

        static string Amount(int cents) => FormattableString.Invariant($"{cents / 100}.{cents % 100:00}");
    }
}
