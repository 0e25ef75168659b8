using System.Net;
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
    private readonly HashSet<string> _secrets = [];
    private readonly List<string> _personal = [];

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
        foreach (var value in values.OfType<string>().Where(value => value.Length > 2))
        {
            _personal.AddRange(Spellings(value));
        }
    }

    public void Add(string secret) => _secrets.UnionWith(Spellings(secret));

    public string Apply(string text)
    {
        foreach (var hidden in _secrets.Concat(_personal).OrderByDescending(hidden => hidden.Length))
        {
            text = text.Replace(hidden, Masked, StringComparison.OrdinalIgnoreCase);
        }

        text = IPv4().Replace(PersonalData.WithoutEmails(text, Masked), Masked);
        text = IPv6().Replace(text, match => IPAddress.TryParse(match.Value, out _) ? Masked : match.Value);
        return text.Length <= MostCharacters ? text : text[..(MostCharacters - 1)] + "…";
    }

    private static IEnumerable<string> Spellings(string value) =>
        new[] { value, JsonEncodedText.Encode(value).ToString(), Uri.EscapeDataString(value) }.Distinct();

    [GeneratedRegex(@"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b", RegexOptions.CultureInvariant)]
    private static partial Regex IPv4();

    // At least three colons: a time of day has two.
    [GeneratedRegex(
        @"(?<![0-9A-Fa-f:])(?=(?:[0-9A-Fa-f]*:){3})[0-9A-Fa-f:]+(?![0-9A-Fa-f:])",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex IPv6();
}
