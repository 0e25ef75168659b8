using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Delivery;

/// <summary>
/// Takes secrets and the customer's e-mail, address and IP out of what a provider said, before anyone keeps it:
/// providers repeat in an error what they were sent.
/// </summary>
internal sealed partial class Mask
{
    /// <summary>What Service Bus takes as a dead letter's description.</summary>
    public const int MostCharacters = 4096;

    private const string Masked = "***";
    private readonly HashSet<string> _hidden = [];

    /// <param name="orderEvent">Null where there is none to know the customer by: then only patterns are masked.</param>
    public Mask(OrderEvent? orderEvent)
    {
        if (orderEvent is null)
        {
            return;
        }

        var address = orderEvent.Order.ShippingAddress;
        string?[] values =
        [
            orderEvent.Order.Customer.Email,
            orderEvent.Attribution.IpAddress,
            address.PostalCode,
            address.City,
            address.Region,
        ];

        // Two letters are a region's code, and would mask half of every sentence.
        _hidden.UnionWith(values.OfType<string>().Where(value => value.Length > 2));
    }

    public void Add(string secret)
    {
        if (secret.Length > 0)
        {
            _hidden.Add(secret);
        }
    }

    public string Apply(string text)
    {
        foreach (var hidden in _hidden.SelectMany(Spellings).Distinct().OrderByDescending(text => text.Length))
        {
            text = text.Replace(hidden, Masked, StringComparison.OrdinalIgnoreCase);
        }

        text = IPv4().Replace(PersonalData.WithoutEmails(text, Masked), Masked);
        text = IPv6().Replace(text, match => IPAddress.TryParse(match.Value, out _) ? Masked : match.Value);
        return text.Length <= MostCharacters ? text : text[..WholeCharacters(text, MostCharacters - 1)] + "…";
    }

    private static IEnumerable<string> Spellings(string value) =>
        new[]
        {
            value,
            JsonEncodedText.Encode(value).ToString(),
            Relaxed(value),
            Relaxed(value).Replace("/", "\\/", StringComparison.Ordinal),
            Uri.EscapeDataString(value),
        };

    private static string Relaxed(string value) =>
        JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();

    // Not between the two halves of one beyond U+FFFF.
    private static int WholeCharacters(string text, int most) => char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;

    [GeneratedRegex(@"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b", RegexOptions.CultureInvariant)]
    private static partial Regex IPv4();

    // At least three colons: a time of day has two.
    [GeneratedRegex(
        @"(?<![0-9A-Fa-f:])(?=(?:[0-9A-Fa-f]*:){3})[0-9A-Fa-f:]+(?![0-9A-Fa-f:])",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex IPv6();
}
