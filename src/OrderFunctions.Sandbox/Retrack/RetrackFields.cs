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
        var vatSum = fields.Integer("vatSum", required: true, min: 0);
        var products = fields.Objects("products").Select(Product).ToArray();
        var input = new RetrackInput
        {
            Event = fields.Uuid("event", required: true) ?? programEvent,
            Click = fields.Uuid("click", required: true) ?? default,
            OrderNumber = fields.Text("orderNumber", required: true) ?? "",
            OrderSum = orderSum ?? 0,
            VatSum = vatSum ?? 0,
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
        var productsAreRead =
            body.TryGetProperty("products", out var sent)
            && sent.ValueKind == JsonValueKind.Array
            && sent.GetArrayLength() == products.Length;
        var discountIsRead = discountSum is not null || !body.TryGetProperty("discountSum", out _);
        if (productsAreRead && orderSum is not null && discountIsRead)
        {
            Balance(input, Sum(products.Select(product => product.Price)), problems);
        }

        if (productsAreRead && products.Length > 0 && vatSum is not null)
        {
            BalanceVat(input, Sum(products.Select(product => product.Vat)), problems);
        }

        return input;
    }

    // The price and the VAT of all pieces; null where they could not be read.
    private static (RetrackProduct Product, Int128? Price, Int128? Vat) Product(ObjectReader product)
    {
        var price = product.Integer("price", required: true, min: 0);
        var vat = product.Integer("vat", required: true, min: 0);
        var quantity = product.Integer("quantity", required: true, min: 1);
        var read = new RetrackProduct(
            product.Uuid("event"),
            product.Text("reference", required: true) ?? "",
            quantity ?? 1,
            product.Text("name", required: true) ?? "",
            price ?? 0,
            vat ?? 0
        );
        product.RefuseUnknown();
        return (read, (Int128?)price * quantity, (Int128?)vat * quantity);
    }

    // Null where one of them is.
    private static Int128? Sum(IEnumerable<Int128?> amounts) =>
        amounts.Aggregate((Int128?)0, (sum, amount) => sum + amount);

    /// <summary>"validating the transaction sum against the sum of all products"; a price is that of one.</summary>
    private static void Balance(RetrackInput input, Int128? products, List<string> problems)
    {
        if (products is { } sum && sum - input.DiscountSum != input.OrderSum)
        {
            problems.Add(
                $"unbalanced sums: the products come to {sum}, less discountSum {input.DiscountSum} that is "
                    + $"{sum - input.DiscountSum}, but orderSum is {input.OrderSum}."
            );
        }
    }

    /// <summary>
    /// The document's example shows it, its words don't say it: the products' VAT makes vatSum. There is no field for the
    /// VAT on a discountSum, so it is that after the discount.
    /// </summary>
    private static void BalanceVat(RetrackInput input, Int128? products, List<string> problems)
    {
        if (products is { } sum && sum != input.VatSum)
        {
            problems.Add($"unbalanced VAT: the products' VAT comes to {sum}, but vatSum is {input.VatSum}.");
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
