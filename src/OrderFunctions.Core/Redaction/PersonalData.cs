using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using OrderFunctions.Orders;

namespace OrderFunctions.Redaction;

/// <summary>What is personal: of an order event, and e-mail and IP addresses wherever they stand.</summary>
public static partial class PersonalData
{
    private const int LongestIPv6 = 45;
    private const string Removed = "removed";

    /// <summary>
    /// Whether an e-mail address stands there, plain or spelled so that it can be read back: escaped as in URLs (%40, %2540),
    /// JSON (\u0040) or HTML, in base64 or hex.
    /// </summary>
    public static bool HasEmail(string? text) =>
        text is not null
        && (
            Email().IsMatch(text)
            || PlainText.Of(text) is not { } plain
            || (!ReferenceEquals(plain, text) && Email().IsMatch(plain))
            || EncodedEmails.StandIn(plain)
        );

    /// <summary>The same without base64 and hex.</summary>
    internal static bool HasReadableEmail(string text) =>
        Email().IsMatch(text) || PlainText.Of(text) is not { } plain || Email().IsMatch(plain);

    /// <summary>A lower-case hex SHA-256 of the trimmed, lower-case address; other texts as they are.</summary>
    public static string HashedIfEmail(string text) =>
        HasEmail(text)
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim().ToLowerInvariant())))
            : text;

    /// <summary>
    /// The address of a page with the word "removed" for each e-mail address; one in a spelling that no page's address has
    /// may be left: <see cref="HasEmail"/>.
    /// </summary>
    public static string WithoutEmails(string text) => EncodedEmails.Replace(Email().Replace(text, Removed), Removed);

    /// <summary>
    /// Every value of an event that tells of a person, as it came and as providers get it. What was bought, and the
    /// order's own numbers, are needed to understand an error.
    /// </summary>
    internal static IEnumerable<string> Of(OrderEvent orderEvent)
    {
        var customer = orderEvent.Order.Customer;
        string?[] values =
        [
            customer.Id,
            customer.Email,
            .. Parts(orderEvent.Order.ShippingAddress),
            .. Parts(orderEvent.Order.BillingAddress),
            .. Parts(orderEvent.Attribution ?? Attribution.None),
        ];
        return Spellings(values);
    }

    /// <summary>Every value of a click that tells of the visitor.</summary>
    internal static IEnumerable<string> Of(Click click) => Spellings(Parts(click.Visit));

    private static IEnumerable<string> Spellings(IEnumerable<string?> values) =>
        values
            .OfType<string>()
            .SelectMany(value => new[] { value, HashedIfEmail(value), WithoutEmails(value) })
            .Where(value => value != Removed);

    private static string?[] Parts(Attribution visit) =>
        [
            .. visit.UserIds,
            .. visit.VisitorIds,
            visit.AvantLinkToken,
            visit.RetrackClick,
            visit.Affiliate,
            visit.UserAgent,
            visit.IpAddress,
            visit.PageUrl,
            visit.ReferrerUrl,
            visit.GoogleClickId,
            visit.CustomTrackingCode,
        ];

    private static string?[] Parts(Address? address) =>
        [address?.City, address?.Region, address?.State, address?.PostalCode, address?.Country];

    internal static void Cut(Cuts cuts)
    {
        foreach (var email in Email().EnumerateMatches(cuts.Text))
        {
            cuts.Add(email.Index, email.Index + email.Length);
        }

        foreach (var address in IPv4().EnumerateMatches(cuts.Text))
        {
            cuts.Add(address.Index, address.Index + address.Length);
        }

        foreach (var run in ColonRun().EnumerateMatches(cuts.Text))
        {
            // A label may stand before it, a sentence's full stop or colon after it: "ip:fe80::1."
            var (start, end) = (run.Index, run.Index + run.Length);
            var afterLabel = cuts.Text.IndexOf(':', start) + 1;
            var isLabelled = start > 0 && char.IsAsciiLetter(cuts.Text[start - 1]);
            var address = new[] { start..end, start..(end - 1), afterLabel..end, afterLabel..(end - 1) }
                .Skip(isLabelled ? 2 : 0)
                .FirstOrDefault(range => IsIPv6(cuts.Text.AsSpan(range)));
            cuts.Add(address.Start.Value, address.End.Value);
        }
    }

    // A time of day has neither two colons in a row nor eight groups; two colons alone stand between names in code.
    private static bool IsIPv6(ReadOnlySpan<char> text) =>
        text.Length is > 2 and <= LongestIPv6 && IPAddress.TryParse(text, out _);

    // Begins where a run of letters begins and ends its domain before the next @, so that time grows with the text's
    // length and not with its square.
    [GeneratedRegex(
        @"(?<![^\s@/?&=#:;,""'<>()\[\]\\])[^\s@/?&=#:;,""'<>()\[\]\\]+(@|%(25)*40|\\u0040)((?!%(25)*40)[^\s@/?&=#:;,""'<>()\[\]\\])+\.[^\s@/?&=#:;,.""'<>()\[\]\\]+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Email();

    [GeneratedRegex(@"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b", RegexOptions.CultureInvariant)]
    private static partial Regex IPv4();

    // What has two colons or more; linear, for it is tried from the beginning of a run only.
    [GeneratedRegex(
        "(?<![0-9A-Fa-f:.])[0-9A-Fa-f.]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?![0-9A-Za-z])",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex ColonRun();
}
