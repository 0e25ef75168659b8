using System.Globalization;
using System.Text.Json.Serialization;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.Retrack;

/// <summary>
/// The document's example response (seeds: retrack-server-to-server): snake_case, dates without a zone, what the
/// shop did not send filled with made-up values.
/// </summary>
internal sealed record RetrackResponse(RetrackResponse.Transaction Data)
{
    public static RetrackResponse Of(RetrackTransaction transaction)
    {
        var created = Date(transaction.CreatedAt);
        return new(
            new Transaction(
                transaction.Uuid,
                transaction.OrderNumber,
                transaction.OrderSum,
                transaction.VatSum,
                // The example's ratio: 4000 of 200000.
                transaction.OrderSum / 50,
                transaction.Currency,
                [],
                created,
                new ClickPart(transaction.Click, created),
                new NamedPart(new("e5adcbc6-31a8-4e1b-8351-835dddc16921"), "Sandbox publisher", created),
                new NamedPart(new("4062146a-9078-4e9a-8a88-2b9066c562d2"), "Sandbox store", created),
                new ProgramPart(new("7649bf56-4345-46e4-8c77-04bbd2f3bcd3"), "Sandbox store", created),
                new EventPart(transaction.Event, "Sale Whole Store", "20.00", created),
                new StatusPart(transaction.Status, null, Date(transaction.StatusAt)),
                [
                    .. transaction.Products.Select(product => new ProductPart(
                        product.Reference,
                        product.Name,
                        product.Price,
                        product.Vat,
                        created
                    )),
                ]
            )
        );
    }

    private static string Date(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    internal sealed record Transaction(
        Guid Uuid,
        string OrderNumber,
        long OrderSum,
        long VatSum,
        long Commission,
        string Currency,
        IReadOnlyList<string> Vouchers,
        string CreatedAt,
        ClickPart Click,
        NamedPart Publisher,
        NamedPart Advertiser,
        ProgramPart Program,
        EventPart Event,
        StatusPart Status,
        IReadOnlyList<ProductPart> Products
    );

    internal sealed record ClickPart(Guid Uuid, string CreatedAt)
    {
        public string Ref { get; init; } = "38315327";

        public string? Ref2 { get; init; }

        public string? Ref3 { get; init; }

        public string? Deeplink { get; init; }

        public string IpAddress { get; init; } = "203.0.113.7";

        public string Browser { get; init; } = "Mozilla/5.0 (Sandbox)";

        public string Referer { get; init; } = "https://publisher.example/";

        public string Country { get; init; } = "SE";
    }

    internal sealed record NamedPart(Guid Uuid, string Name, string CreatedAt);

    internal sealed record ProgramPart(Guid Uuid, string Title, string CreatedAt);

    internal sealed record EventPart(Guid Uuid, string Title, string Commission, string CreatedAt);

    internal sealed record StatusPart(string Name, string? Reason, string CreatedAt);

    internal sealed record ProductPart(string Reference, string Name, long Price, long Vat, string CreatedAt);
}

[JsonSerializable(typeof(RetrackResponse))]
internal sealed partial class RetrackJson : JsonSerializerContext
{
    public static readonly RetrackJson SnakeCase = new(JsonStyle.SnakeCase());
}
