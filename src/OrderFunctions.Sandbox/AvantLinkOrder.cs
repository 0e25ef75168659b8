using System.Text.Json;

namespace OrderFunctions.Sandbox;

/// <summary>An order as AvantLink first got it; repeats change nothing (seeds: avantlink-order-tracking).</summary>
/// <param name="OrderNumber">order.order_number.</param>
/// <param name="Subtotal">order.order_amount_subtotal, in major units, after discounts, before tax and shipping.</param>
/// <param name="Currency">order.currency.</param>
/// <param name="Body">The whole body.</param>
/// <param name="Repeats">How often the same order number came again.</param>
public sealed record AvantLinkOrder(
    string OrderNumber,
    decimal Subtotal,
    string Currency,
    JsonElement Body,
    int Repeats
);
