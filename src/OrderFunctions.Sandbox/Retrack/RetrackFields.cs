using System.Text.Json;
using OrderFunctions.Sandbox.Fields;

namespace OrderFunctions.Sandbox.Retrack;

/// <summary>The input of a transaction (seeds: retrack-server-to-server). Sums are JSON integers in minor units.</summary>
internal static class RetrackFields
{
    /// <summary>The input; of use only when no problem was added.</summary>
    public static RetrackInput Read(JsonElement body, Guid programEvent, List<string> problems)
    {
        var fields = new ObjectReader(body, "", problems);
        var orderSum = fields.Integer("orderSum", Need.Required, min: 0);
        var discountSum = fields.Integer("discountSum", Need.Optional, min: 0);
        var products = (fields.Objects("products", Need.Optional) ?? []).Select(Product).ToArray();
        var input = new RetrackInput
        {
            Event = fields.Uuid("event", Need.Required) ?? programEvent,
            Click = fields.Uuid("click", Need.Required) ?? default,
            OrderNumber = fields.Text("orderNumber", Need.Required) ?? "",
            OrderSum = orderSum ?? 0,
            VatSum = fields.Integer("vatSum", Need.Required, min: 0) ?? 0,
            DiscountSum = discountSum ?? 0,
            Currency = fields.Currency("currency", Need.Required) ?? "",
            Products = [.. products.Select(product => product.Product)],
        };
        fields.RefuseUnknown();
        if (input.Event != programEvent)
        {
            fields.Refuse("event", $"be an event of the program; it has {programEvent}");
        }

        // A figure that could not be read would only lead to a second, misleading problem.
        var discountIsRead = discountSum is not null || !body.TryGetProperty("discountSum", out _);
        if (orderSum is not null && discountIsRead && products.All(product => product.Sum is not null))
        {
            Balance(input, products.Aggregate(Int128.Zero, (sum, product) => sum + product.Sum!.Value), problems);
        }

        return input;
    }

    private static (RetrackProduct Product, Int128? Sum) Product(ObjectReader product)
    {
        var price = product.Integer("price", Need.Required);
        var quantity = product.Integer("quantity", Need.Required, min: 1);
        var read = new RetrackProduct(
            product.Uuid("event", Need.Optional),
            product.Text("reference", Need.Required) ?? "",
            quantity ?? 1,
            product.Text("name", Need.Required) ?? "",
            price ?? 0,
            product.Integer("vat", Need.Required) ?? 0
        );
        product.RefuseUnknown();
        return (read, (Int128?)price * quantity);
    }

    /// <summary>"validating the transaction sum against the sum of all products"; a price is that of one.</summary>
    private static void Balance(RetrackInput input, Int128 products, List<string> problems)
    {
        if (input.Products.Count > 0 && products - input.DiscountSum != input.OrderSum)
        {
            problems.Add(
                $"unbalanced sums: the products come to {products}, less discountSum {input.DiscountSum} that is "
                    + $"{products - input.DiscountSum}, but orderSum is {input.OrderSum}."
            );
        }
    }
}
