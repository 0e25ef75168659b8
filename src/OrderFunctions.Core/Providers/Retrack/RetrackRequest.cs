using System.Text.Json;
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
        var basket = Basket.Of(order, withTax: true);
        var body = JsonBody.Write(json =>
        {
            json.WriteString("event", eventId);
            if (click is { } uuid)
            {
                json.WriteString("click", uuid);
            }

            json.WriteString("orderNumber", order.Id);
            json.Number("orderSum", order.InMinorUnits(order.Goods));
            json.Number("vatSum", order.InMinorUnits(order.GoodsTax));
            if (basket.Discount > 0)
            {
                json.WriteNumber("discountSum", basket.Discount);
            }

            json.Text("currency", order.Currency);
            if (order.Lines.Count > 0)
            {
                json.WriteStartArray("products");
                WriteProducts(json, basket, eventId);
                json.WriteEndArray();
            }
        });
        return new Step.Send(new ProviderRequest(purpose, HttpMethod.Post, path, Credential, body), basket.Note);
    }

    private static void WriteProducts(Utf8JsonWriter json, Basket basket, Guid eventId)
    {
        // What came back is no product of the transaction any more, and a quantity of 0 is none.
        foreach (var (line, quantity, price, vat) in basket.Items.Where(item => item.Quantity > 0))
        {
            Write(line.RetrackEventId ?? eventId, line.SkuOrName, quantity, line.NameOrSku, price, vat);
        }

        // The sum is "validated against the sum of all products": without it all of them would be refused.
        if (basket.Rest > 0)
        {
            Write(eventId, "other", 1, "Other goods", basket.Rest, basket.RestTax);
        }

        void Write(Guid commissionEvent, string reference, int quantity, string name, long price, long vat)
        {
            json.WriteStartObject();
            json.WriteString("event", commissionEvent);
            json.WriteString("reference", reference);
            json.WriteNumber("quantity", quantity);
            json.WriteString("name", name);
            json.WriteNumber("price", price);
            json.WriteNumber("vat", vat);
            json.WriteEndObject();
        }
    }
}
