using OrderFunctions.Json;
using OrderFunctions.Orders;

namespace OrderFunctions.Providers.Retrack;

/// <summary>/api/v2/transactions (seeds: retrack-server-to-server): amounts in minor units, without VAT and shipping.</summary>
internal static class RetrackRequest
{
    public const string CreatePurpose = "create";
    public const string LookUpPurpose = "look-up";

    private const string Path = "api/v2/transactions";
    private const string ByOrderNumber = "?byOrderNumber=";
    private static readonly Credential Credential = new Credential.Bearer(RetrackProvider.Token);

    public static Step.Send Create(OrderEvent orderEvent, Guid eventId, Guid click) =>
        Send(CreatePurpose, Path, orderEvent, eventId, click);

    /// <summary>"The endpoint accepts the same input as the creation endpoint": the whole transaction as it stands.</summary>
    /// <param name="click">Null where neither the event nor Retrack names one.</param>
    public static Step.Send Update(OrderEvent orderEvent, Guid eventId, string reference, Guid? click) =>
        Send("update", $"{Path}/{Uri.EscapeDataString(reference)}", orderEvent, eventId, click);

    public static ProviderRequest Reject(string reference) =>
        new(
            "reject",
            HttpMethod.Post,
            $"{Path}/{Uri.EscapeDataString(reference)}",
            Credential,
            JsonBody.Write(json => json.WriteString("status", "rejected"))
        );

    /// <summary>Retrack's update guide: gets a transaction, with its uuid, by the shop's order number.</summary>
    public static ProviderRequest LookUp(string orderNumber) =>
        new(LookUpPurpose, HttpMethod.Get, $"{Path}{ByOrderNumber}{Uri.EscapeDataString(orderNumber)}", Credential);

    /// <summary>The order number that a look-up asks for.</summary>
    public static string OrderNumberOf(ProviderRequest lookUp) =>
        Uri.UnescapeDataString(lookUp.Path[(Path.Length + ByOrderNumber.Length)..]);

    private static Step.Send Send(string purpose, string path, OrderEvent orderEvent, Guid eventId, Guid? click)
    {
        var order = orderEvent.Order;
        var orderSum = order.InMinorUnits(order.Goods)!.Value;
        var lineSum = order.Lines.Sum(line => (decimal)order.InMinorUnits(line.UnitPrice)! * line.Quantity);

        var leftOut = WhyProductsAreLeftOut(order, lineSum, orderSum);
        var hasProducts = order.Lines.Count > 0 && leftOut is null;
        var body = JsonBody.Write(json =>
        {
            json.WriteString("event", eventId);
            if (click is { } uuid)
            {
                json.WriteString("click", uuid);
            }

            json.WriteString("orderNumber", order.Id);
            json.WriteNumber("orderSum", orderSum);
            json.Number("vatSum", order.InMinorUnits(Math.Max(0, order.Tax!.Value - order.ShippingTax)));
            if (hasProducts && lineSum > orderSum)
            {
                json.WriteNumber("discountSum", lineSum - orderSum);
            }

            json.WriteString("currency", order.Currency);
            if (hasProducts)
            {
                json.Children(
                    "products",
                    order.Lines,
                    line =>
                    {
                        json.WriteString("event", line.RetrackEventId ?? eventId);
                        json.WriteString("reference", line.SkuOrName);
                        json.WriteNumber("quantity", line.Quantity);
                        json.WriteString("name", line.NameOrSku);
                        json.Number("price", order.InMinorUnits(line.UnitPrice));
                        json.Number("vat", order.InMinorUnits(line.UnitTax));
                    }
                );
            }
        });
        return new Step.Send(new ProviderRequest(purpose, HttpMethod.Post, path, Credential, body), leftOut);
    }

    // Products are optional, but what is told of them must be whole and true: Retrack checks that the products less
    // the discount make the order, and each of the document's products has its VAT.
    private static string? WhyProductsAreLeftOut(Order order, decimal lineSum, long orderSum)
    {
        if (order.Lines.Any(line => line.UnitTax is null))
        {
            return "products left out: a line has no unitTax";
        }

        return order.Lines.Count > 0 && lineSum < orderSum
            ? $"products left out: the lines come to {lineSum}, less than the order's {orderSum} (minor units)"
            : null;
    }
}
