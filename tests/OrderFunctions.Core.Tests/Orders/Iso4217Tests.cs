namespace OrderFunctions.Orders;

/// <summary>The expected values are those of ISO 4217's list one.</summary>
public sealed class Iso4217Tests
{
    private static readonly IReadOnlyList<string> Codes =
    [
        .. from a in Enumerable.Range('A', 26)
        from b in Enumerable.Range('A', 26)
        from c in Enumerable.Range('A', 26)
        let code = string.Concat((char)a, (char)b, (char)c)
        where Iso4217.IsCode(code)
        select code,
    ];

    [Theory]
    [InlineData(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")]
    [InlineData(
        2,
        "AED AUD BGN BRL CAD CHF CNY CZK DKK EGP EUR GBP HKD HUF IDR ILS INR KES MAD MDL MGA MRU MXN MYR NGN NOK NZD PHP PKR PLN RON RSD SAR SEK SGD SLE THB TRY TWD TZS UAH USD VED VES XCD XCG ZAR ZMW ZWG"
    )]
    [InlineData(3, "BHD IQD JOD KWD LYD OMR TND")]
    [InlineData(4, "CLF UYW")]
    public void A_currency_has_the_decimals_of_ISO_4217(int decimals, string codes) =>
        Assert.All(codes.Split(' '), code => Assert.Equal((code, decimals), (code, Iso4217.Decimals(code))));

    [Fact]
    public void Every_code_has_0_to_4_decimals_and_all_are_there()
    {
        Assert.All(Codes, code => Assert.InRange(Iso4217.Decimals(code), 0, 4));

        // 164 currencies that are money in shops, and ANG and BGN; a code listed twice would make one less.
        Assert.Equal(166, Codes.Count);
    }

    [Fact]
    public void Only_the_codes_listed_have_other_than_2_decimals() =>
        Assert.Equal(
            "BHD BIF CLF CLP DJF GNF IQD ISK JOD JPY KMF KRW KWD LYD OMR PYG RWF TND UGX UYI UYW VND VUV XAF XOF XPF",
            string.Join(' ', Codes.Where(code => Iso4217.Decimals(code) != 2))
        );

    [Theory]
    [InlineData("")]
    [InlineData("usd")]
    [InlineData("Usd")]
    [InlineData("USDD")]
    [InlineData("US")]
    [InlineData(" USD")]
    [InlineData("USD\n")]
    [InlineData("840")]
    [InlineData("XXX")]
    [InlineData("XTS")]
    [InlineData("BTC")]
    [InlineData("DEM")]
    public void Anything_else_is_no_code(string code)
    {
        Assert.False(Iso4217.IsCode(code), $"'{code}' should be no currency");
        Assert.Throws<KeyNotFoundException>(() => Iso4217.Decimals(code));
    }
}
