namespace OrderFunctions.Orders;

/// <param name="OrderCount">How many orders the customer has placed, this one included.</param>
public sealed record Customer(string? Id, string? Email, bool? IsNew, int? OrderCount);
