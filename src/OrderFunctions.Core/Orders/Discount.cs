namespace OrderFunctions.Orders;

/// <param name="Amount">What the code took off, in the order's currency.</param>
public sealed record Discount(string Code, decimal Amount);
