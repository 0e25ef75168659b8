namespace OrderFunctions.Orders;

/// <summary>Exact decimal amounts: nothing here ever passes through binary floating point.</summary>
public static class Money
{
    public static decimal WithDecimals(decimal amount, int decimals) =>
        amount + new decimal(0, 0, 0, false, (byte)decimals);

    /// <summary>Minor units as an amount with its currency's decimals: 12500 of SEK is 125.00.</summary>
    public static decimal FromMinorUnits(long units, int decimals)
    {
        decimal amount = units;
        for (var i = 0; i < decimals; i++)
        {
            amount /= 10;
        }

        return WithDecimals(amount, decimals);
    }

    public static long MinorUnits(decimal amount, int decimals)
    {
        for (var i = 0; i < decimals; i++)
        {
            amount *= 10;
        }

        return (long)decimal.Round(amount, MidpointRounding.AwayFromZero);
    }
}
