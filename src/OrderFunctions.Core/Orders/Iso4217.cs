using System.Collections.Frozen;

namespace OrderFunctions.Orders;

/// <summary>
/// The currencies of ISO 4217 (list one, and ANG and BGN, withdrawn lately: refunds come late) and how many
/// decimals each has.
/// </summary>
public static class Iso4217
{
    private const string TwoDecimals = """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
        CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
        HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT
        MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR
        SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU
        UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
        """;

    private const string NoDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";

    private const string ThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";

    private const string FourDecimals = "CLF UYW";

    private static readonly FrozenDictionary<string, int> DecimalsByCode = Table();

    public static bool IsCode(string code) => DecimalsByCode.ContainsKey(code);

    /// <exception cref="KeyNotFoundException">No such currency.</exception>
    public static int Decimals(string code) => DecimalsByCode[code];

    private static FrozenDictionary<string, int> Table() =>
        new[] { (NoDecimals, 0), (TwoDecimals, 2), (ThreeDecimals, 3), (FourDecimals, 4) }
            .SelectMany(row =>
                row.Item1.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(code => (code, row.Item2))
            )
            .ToFrozenDictionary(entry => entry.code, entry => entry.Item2, StringComparer.Ordinal);
}
