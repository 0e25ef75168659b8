namespace OrderFunctions.Orders;

public sealed record ShippingAddress(string? City, string? Region, string? State, string? PostalCode, string? Country);
