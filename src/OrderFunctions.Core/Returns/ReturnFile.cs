using System.Globalization;
using System.Text;

namespace OrderFunctions.Returns;

/// <summary>
/// AvantLink's return batch file (providers.md, P-A4, P-A5): comma-separated, its columns named exactly so. Quoted as RFC 4180 has
/// it. Pure.
/// </summary>
/// <param name="Name">As AvantLink's naming convention has it.</param>
public sealed record ReturnFile(string Name, string Text)
{
    private const string Header =
        "Merchant ID,Transaction/Order ID,Product ID/SKU,Return Item Amount,Return Item Quantity,Return Reason Code";

    private const string LineEnd = "\r\n";

    /// <param name="merchantId">Null: not known; its column stays empty.</param>
    public static ReturnFile Of(IEnumerable<OrderReturn> returns, long? merchantId, DateTimeOffset now)
    {
        var merchant = merchantId?.ToString(CultureInfo.InvariantCulture) ?? "";
        var text = new StringBuilder(Header).Append(LineEnd);
        foreach (var each in returns)
        {
            foreach (var line in each.Lines)
            {
                string[] cells =
                [
                    merchant,
                    Cell(each.OrderId),
                    Cell(line.Sku ?? ""),
                    line.Amount?.ToString(CultureInfo.InvariantCulture) ?? "",
                    line.Quantity.ToString(CultureInfo.InvariantCulture),
                    line.Reason,
                ];
                text.AppendJoin(',', cells).Append(LineEnd);
            }
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"returns_{merchant}_{now:yyyy_MM_dd}.csv");
        return new ReturnFile(name.Replace("__", "_", StringComparison.Ordinal), text.ToString());
    }

    // A spreadsheet would take what begins so for a formula; behind an apostrophe it is text.
    private static string Cell(string text)
    {
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny(",\"\r\n")
            ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : safe;
    }
}
