namespace OrderFunctions.Orders;

/// <summary>Exact decimal amounts: nothing here ever passes through binary floating point.</summary>
public static class Money
{
    public static decimal WithDecimals(decimal amount, int decimals) =>
        amount + new decimal(0, 0, 0, false, (byte)decimals);

    public static long MinorUnits(decimal amount, int decimals)
    {
        for (var i = 0; i < decimals; i++)
        {
            amount *= 10;
        }

        return (long)decimal.Round(amount, MidpointRounding.AwayFromZero);
    }
}
