using OrderFunctions.Returns;

namespace OrderFunctions.Core.Tests.Returns;

/// <summary>AvantLink's return batch file (providers.md, P-A4, P-A5).</summary>
public sealed class ReturnFileTests
{
    private const string Header =
        "Merchant ID,Transaction/Order ID,Product ID/SKU,Return Item Amount,Return Item Quantity,Return Reason Code\r\n";

    private static readonly DateTimeOffset Now = new(2019, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_has_the_columns_of_the_document_and_its_name()
    {
        var file = ReturnFile.Of(
            [
                Return("1001", new("SKU-1", 1234.50m, 2, "RETURN"), new(null, 3.00m, 1, "ADJUSTMENT")),
                Return("1002", new ReturnLine(null, null, 1, "CANCELED")),
            ],
            99999,
            Now
        );

        Assert.Equal("returns_99999_2019_01_01.csv", file.Name);
        Assert.Equal(
            Header
                + "99999,1001,SKU-1,1234.50,2,RETURN\r\n"
                + "99999,1001,,3.00,1,ADJUSTMENT\r\n"
                + "99999,1002,,,1,CANCELED\r\n",
            file.Text
        );
    }

    [Fact]
    public void Without_the_merchant_s_id_its_column_is_empty()
    {
        var file = ReturnFile.Of([Return("1", new ReturnLine("a", 1m, 1, "RETURN"))], null, Now);

        Assert.Equal(("returns_2019_01_01.csv", $"{Header},1,a,1,1,RETURN\r\n"), (file.Name, file.Text));
    }

    [Fact]
    public void With_nothing_to_say_it_has_its_columns() => Assert.Equal(Header, ReturnFile.Of([], 1, Now).Text);

    [Theory]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("6\" tall", "\"6\"\" tall\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("订单 8", "订单 8")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49", "'+49")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("=\"a,b\"", "\"'=\"\"a,b\"\"\"")]
    [InlineData("1-2=3", "1-2=3")]
    public void A_cell_is_quoted_and_never_a_formula(string text, string cell)
    {
        var file = ReturnFile.Of([Return(text, new ReturnLine(text, 1m, 1, "RETURN"))], 1, Now);

        Assert.Equal($"{Header}1,{cell},{cell},1,1,RETURN\r\n", file.Text);
    }

    private static OrderReturn Return(string orderId, params ReturnLine[] lines) =>
        new(orderId, null, Now, "USD", null, lines);
}
