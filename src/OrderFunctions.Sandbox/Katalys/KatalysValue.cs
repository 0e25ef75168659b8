namespace OrderFunctions.Sandbox.Katalys;

/// <summary>What the value of a key may be.</summary>
internal enum KatalysValue
{
    Text,
    Amount,
    Count,
    Currency,
    Time,
    Status,
}
