using System.Globalization;
using System.Text.Json;
using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Core.Tests.Webhooks;

/// <summary>A line as a platform was told it, in the unit that it takes: major at AvantLink and Katalys, minor at Retrack.</summary>
/// <param name="Tax">Of one; 0 where the platform is not told.</param>
internal sealed record ToldLine(decimal Quantity, string Sku, decimal Price, decimal Tax)
{
    public override string ToString() =>
        FormattableString.Invariant($"{Quantity} {Sku} at {Price}{(Tax == 0 ? "" : "+")}{(Tax == 0 ? null : Tax)}");
}

/// <summary>The bodies that the four platforms got, of each the newest; null: it got none.</summary>
internal sealed record FourRequests(
    JsonElement? Duel,
    JsonElement? AvantLink,
    JsonElement? Retrack,
    JsonElement? Katalys
)
{
    public static FourRequests Of(IEnumerable<ReceivedRequest> received)
    {
        var newest = received.Where(call => call.Body is not null).ToLookup(call => call.Provider, call => call.Body);
        return new FourRequests(Of("duel"), Of("avantlink"), Of("retrack"), Of("katalys"));

        JsonElement? Of(string provider) => newest[provider].LastOrDefault();
    }

    public IReadOnlyList<ToldLine> AvantLinkLines =>
        Lines(AvantLink!.Value.GetProperty("order"), "products", "product_sku", "product_amount");

    public IReadOnlyList<ToldLine> RetrackLines => Lines(Retrack!.Value, "products", "reference", "price");

    public IReadOnlyList<ToldLine> KatalysLines =>
        [
            .. Enumerable
                .Range(1, int.MaxValue)
                .Select(number => $"line_item_{number}_")
                .TakeWhile(prefix => Katalys!.Value.TryGetProperty($"{prefix}qty", out _))
                .Select(prefix => new ToldLine(
                    Number(Katalys, $"{prefix}qty"),
                    Katalys!.Value.TryGetProperty($"{prefix}sku", out var sku) ? sku.GetString()! : "-",
                    Number(Katalys, $"{prefix}price"),
                    Tax: 0
                )),
        ];

    /// <summary>The amounts, each platform's in a line.</summary>
    public override string ToString() =>
        string.Join(
            '\n',
            Duel is { } duel ? $"Duel: total {duel.GetProperty("total")}" : "Duel: nothing",
            AvantLink is { } avantLink
                ? $"AvantLink: subtotal {avantLink.GetProperty("order").GetProperty("order_amount_subtotal")}: {Join(AvantLinkLines)}"
                : "AvantLink: nothing",
            Retrack is not { } retrack ? "Retrack: nothing"
                : retrack.TryGetProperty("status", out var status) ? $"Retrack: {status}"
                : FormattableString.Invariant(
                    $"Retrack: orderSum {Number(retrack, "orderSum")}, vatSum {Number(retrack, "vatSum")}, discountSum {Number(retrack, "discountSum")}: {Join(RetrackLines)}"
                ),
            Katalys is { } katalys
                ? $"Katalys: {katalys.GetProperty("order_status")}, sale {katalys.GetProperty("sale_amount")}, subtotal {katalys.GetProperty("subtotal_amount")}, shipping {katalys.GetProperty("shipping_amount")}, tax {katalys.GetProperty("tax_amount")}: {Join(KatalysLines)}"
                : "Katalys: nothing"
        );

    /// <summary>An amount, which some platforms take as a text; 0 where it is left out.</summary>
    public static decimal Number(JsonElement? body, string field) =>
        body!.Value.TryGetProperty(field, out var value)
            ? decimal.Parse($"{value}", NumberStyles.Number, CultureInfo.InvariantCulture)
            : 0;

    private static IReadOnlyList<ToldLine> Lines(JsonElement body, string list, string sku, string price) =>
        body.TryGetProperty(list, out var lines)
            ?
            [
                .. lines
                    .EnumerateArray()
                    .Select(line => new ToldLine(
                        Number(line, "quantity"),
                        line.GetProperty(sku).GetString()!,
                        Number(line, price),
                        Number(line, "vat")
                    )),
            ]
            : [];

    private static string Join(IEnumerable<ToldLine> lines) => string.Join(", ", lines);
}
