namespace OrderFunctions.Import;

/// <summary>What GET /api/orders/{orderId} answers, as far as the importer reads it.</summary>
internal sealed record OrderDeliveries(IReadOnlyList<DeliveryStanding> Deliveries);
