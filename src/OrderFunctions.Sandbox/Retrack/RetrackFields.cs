using System.Text.Json;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.Retrack;

/// <summary>The input of a transaction (seeds: retrack-server-to-server). Sums are JSON integers in minor units.</summary>
internal static class RetrackFields
{
    /// <summary>The input; of use only when no problem was added.</summary>
    public static RetrackInput Read(JsonElement body, Guid programEvent, List<string> problems)
    {
        var fields = new ObjectReader(body, "", problems);
        var orderSum = fields.Integer("orderSum", required: true, min: 0);
        var discountSum = fields.Integer("discountSum", min: 0);
        var products = fields.Objects("products").Select(Product).ToArray();
        var input = new RetrackInput
        {
            Event = fields.Uuid("event", required: true) ?? programEvent,
            Click = fields.Uuid("click", required: true) ?? default,
            OrderNumber = fields.Text("orderNumber", required: true) ?? "",
            OrderSum = orderSum ?? 0,
            VatSum = fields.Integer("vatSum", required: true, min: 0) ?? 0,
            DiscountSum = discountSum ?? 0,
            Currency = fields.Currency("currency", required: true) ?? "",
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
        var price = product.Integer("price", required: true);
        var quantity = product.Integer("quantity", required: true, min: 1);
        var read = new RetrackProduct(
            product.Uuid("event"),
            product.Text("reference", required: true) ?? "",
            quantity ?? 1,
            product.Text("name", required: true) ?? "",
            price ?? 0,
            product.Integer("vat", required: true) ?? 0
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

/// <summary>What a creation and a complete update say (seeds: retrack-server-to-server).</summary>
internal sealed record RetrackInput
{
    public required Guid Event { get; init; }

    public required Guid Click { get; init; }

    public required string OrderNumber { get; init; }

    public required long OrderSum { get; init; }

    public required long VatSum { get; init; }

    public required long DiscountSum { get; init; }

    public required string Currency { get; init; }

    public required IReadOnlyList<RetrackProduct> Products { get; init; }
}
