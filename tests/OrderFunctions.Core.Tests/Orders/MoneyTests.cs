using System.Globalization;
using System.Text.Json.Nodes;
using OrderFunctions.Json;

namespace OrderFunctions.Orders;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("125", "125")]
    [InlineData("125.00", "125")]
    [InlineData("125.10", "125.1")]
    [InlineData("0.1", "0.1")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("1e2", "100")]
    [InlineData("1E+2", "100")]
    [InlineData("100e-2", "1")]
    [InlineData("1.255e2", "125.5")]
    [InlineData("5e-4", "0.0005")]
    [InlineData("-3", "-3")]
    [InlineData("-0.50", "-0.5")]
    [InlineData("-0", "0")]
    [InlineData("0.00", "0")]
    [InlineData("0e0", "0")]
    [InlineData("1234567890123456789012345678", "1234567890123456789012345678")]
    [InlineData("9999999999999999999999999999", "9999999999999999999999999999")]
    [InlineData("0.123456789012345678901234567", "0.123456789012345678901234567")]
    [InlineData("12345678901234.12345678901234", "12345678901234.12345678901234")]
    public void A_number_is_read_digit_by_digit_without_trailing_zeros(string text, string exact)
    {
        var amount = JsonAmount.Parse(text);
        Assert.Equal(exact, amount?.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("12345678901234567890123456789")]
    [InlineData("0.1234567890123456789012345678")]
    [InlineData("0.00000000000000000000000000001")]
    [InlineData("1e28")]
    [InlineData("1e-28")]
    [InlineData("1e999")]
    [InlineData("1e-999")]
    [InlineData("1e9999")]
    [InlineData("79228162514264337593543950336")]
    public void More_than_28_digits_are_refused_rather_than_rounded(string text) => Assert.Null(JsonAmount.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\n")]
    [InlineData("1\0")]
    [InlineData("1 000")]
    [InlineData("1,5")]
    [InlineData("1,000.00")]
    [InlineData("1_000")]
    [InlineData("+1")]
    [InlineData("--1")]
    [InlineData("-")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e1.5")]
    [InlineData("0x10")]
    [InlineData("FF")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("(1)")]
    [InlineData("1.00 SEK")]
    [InlineData("$1")]
    [InlineData("١٢")]
    [InlineData("１２")]
    public void What_is_no_JSON_number_is_refused(string text) => Assert.Null(JsonAmount.Parse(text));

    [Theory]
    [InlineData("100", 0)]
    [InlineData("100.00", 0)]
    [InlineData("10.5", 1)]
    [InlineData("10.500", 1)]
    [InlineData("10.005", 3)]
    public void Trailing_zeros_are_no_decimals(string amount, int decimals) =>
        Assert.Equal(decimals, JsonAmount.Decimals(decimal.Parse(amount, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("100", 2, "100.00")]
    [InlineData("10.5", 2, "10.50")]
    [InlineData("100", 0, "100")]
    [InlineData("1.5", 3, "1.500")]
    [InlineData("999999999999", 4, "999999999999.0000")]
    public void An_amount_is_written_with_its_currencys_decimals(string amount, int decimals, string written) =>
        Assert.Equal(
            written,
            Money
                .WithDecimals(decimal.Parse(amount, CultureInfo.InvariantCulture), decimals)
                .ToString(CultureInfo.InvariantCulture)
        );

    [Theory]
    [InlineData("125", 2, 12500)]
    [InlineData("125", 0, 125)]
    [InlineData("1.234", 3, 1234)]
    [InlineData("0.0001", 4, 1)]
    [InlineData("0.29", 2, 29)]
    [InlineData("0", 2, 0)]
    public void Minor_units_are_exact(string amount, int decimals, long units) =>
        Assert.Equal(units, Money.MinorUnits(decimal.Parse(amount, CultureInfo.InvariantCulture), decimals));

    [Theory]
    [InlineData(12500, 2, "125.00")]
    [InlineData(125, 0, "125")]
    [InlineData(1, 3, "0.001")]
    [InlineData(0, 2, "0.00")]
    [InlineData(9_999_999_999_990_000, 4, "999999999999.0000")]
    public void Minor_units_are_an_amount_with_its_currencys_decimals(long units, int decimals, string amount) =>
        Assert.Equal(amount, Money.FromMinorUnits(units, decimals).ToString(CultureInfo.InvariantCulture));

    [Fact]
    public void The_largest_amount_fits_in_minor_units_of_every_currency() =>
        Assert.Equal(9_999_999_999_990_000L, Money.MinorUnits(JsonAmount.Largest, 4));

    [Theory]
    [InlineData("USD", "10.500")]
    [InlineData("USD", "0.01")]
    [InlineData("JPY", "100")]
    [InlineData("JPY", "100.0")]
    [InlineData("KWD", "1.234")]
    [InlineData("KWD", "1.2340")]
    [InlineData("CLF", "1.2345")]
    [InlineData("USD", "1e2")]
    [InlineData("USD", "999999999999")]
    public void An_amount_may_have_its_currencys_decimals(string currency, string amount)
    {
        foreach (var spelled in new[] { JsonNode.Parse(amount)!, JsonValue.Create(amount) })
        {
            var read = Events.Accepted(
                Events.Minimal(order => (order["currency"], order["total"], order["tax"]) = (currency, spelled, 0))
            );
            Assert.Equal(decimal.Parse(amount, NumberStyles.Float, CultureInfo.InvariantCulture), read.Order.Total);
        }
    }

    [Theory]
    [InlineData("USD", "10.005", "has more decimals than USD (2)")]
    [InlineData("JPY", "100.5", "has more decimals than JPY (0)")]
    [InlineData("KWD", "1.2345", "has more decimals than KWD (3)")]
    [InlineData("CLF", "1.23456", "has more decimals than CLF (4)")]
    [InlineData("USD", "-0.01", "must not be negative")]
    [InlineData("USD", "-1", "must not be negative")]
    [InlineData("USD", "999999999999.01", "must be at most 999999999999")]
    public void Any_other_amount_is_refused_with_the_reason(string currency, string amount, string reason)
    {
        foreach (var spelled in new[] { JsonNode.Parse(amount)!, JsonValue.Create(amount) })
        {
            var json = Events.Minimal(order =>
                (order["currency"], order["total"], order["tax"]) = (currency, spelled, 0)
            );
            Assert.Equal([reason], Events.Refused(json)["$.order.total"]);
        }
    }
}
