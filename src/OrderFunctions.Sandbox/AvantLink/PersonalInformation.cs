using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrderFunctions.Sandbox.AvantLink;

/// <summary>
/// "Do not send Personal Information (names, emails, phone numbers) in any field" (seeds: avantlink-order-tracking).
/// Refused is what can't be anything else: e-mail addresses; phone numbers in international form or with their area in
/// parentheses; an id of two words or more; a query parameter that says it is a name or a phone number. Other names and
/// numbers can't be told from the shop's own.
/// </summary>
internal static partial class PersonalInformation
{
    public const string Sentence = "Personal information must not be sent";

    public static void Refuse(JsonElement element, string path, List<string> problems)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                problems.AddRange(
                    Find(element.GetString()!, IsId(path)).Select(found => $"{Sentence}: {path} holds {found}.")
                );
                break;
            case JsonValueKind.Array:
                foreach (var (i, item) in element.EnumerateArray().Index())
                {
                    Refuse(item, $"{path}[{i}]", problems);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    Refuse(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", problems);
                }

                break;
        }
    }

    private static bool IsId(string path) =>
        path == "order.order_number" || path.StartsWith("tracking_ids.", StringComparison.Ordinal);

    private static IEnumerable<string> Find(string text, bool isId)
    {
        // Twice, since addresses inside an address (a referrer's redirect parameter) are escaped twice.
        var once = Uri.UnescapeDataString(text);
        string[] readings = [text, once, Uri.UnescapeDataString(once)];
        if (readings.Any(Email().IsMatch))
        {
            yield return "an e-mail address";
        }

        if (readings.Any(reading => PhoneNumber().IsMatch(reading) || PhoneParameter().IsMatch(reading)))
        {
            yield return "a phone number";
        }

        if (readings.Any(NameParameter().IsMatch) || (isId && Words().IsMatch(text)))
        {
            yield return "a name";
        }
    }

    [GeneratedRegex(@"[^\s@<>""/?&=#;,:]@[^\s@<>""/?&=#;,:.]+\.[A-Za-z]{2}")]
    private static partial Regex Email();

    // +46 70 123 45 67, +1-801-555-0123, (801) 555-0123
    [GeneratedRegex(@"(?<![0-9A-Za-z])(\+([ ().-]{0,2}[0-9]){8,15}|\([0-9]{3}\) ?[0-9]{3}[ -]?[0-9]{4})(?![0-9])")]
    private static partial Regex PhoneNumber();

    [GeneratedRegex(
        "[?&]([a-z]+[_-])?(phone|telephone|mobile|tel)([_-]?(number|no))?=[^&#]*[0-9]",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex PhoneParameter();

    [GeneratedRegex(
        "[?&]([a-z]+[_-])?(first|last|full|family|given|sur)[_-]?name=[^&#]",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex NameParameter();

    [GeneratedRegex(@"\A\s*\p{L}[\p{L}.'’-]*(\s+\p{L}[\p{L}.'’-]*)+\s*\z")]
    private static partial Regex Words();
}
