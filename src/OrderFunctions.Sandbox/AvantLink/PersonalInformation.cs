using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrderFunctions.Sandbox.AvantLink;

/// <summary>
/// "Do not send Personal Information (names, emails, phone numbers) in any field" (seeds:
/// avantlink-order-tracking). Of these only e-mail addresses can be told from other text.
/// </summary>
internal static partial class PersonalInformation
{
    public const string Sentence = "Personal information must not be sent";

    public static void Refuse(JsonElement element, string path, List<string> problems)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String when HasEmail(element.GetString()!):
                problems.Add($"{Sentence}: {path} holds an e-mail address.");
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

    private static bool HasEmail(string text)
    {
        // Twice, since addresses inside an address (a referrer's redirect parameter) are escaped twice.
        var once = Uri.UnescapeDataString(text);
        return Email().IsMatch(text) || Email().IsMatch(once) || Email().IsMatch(Uri.UnescapeDataString(once));
    }

    [GeneratedRegex(@"[^\s@<>""/?&=#;,:]@[^\s@<>""/?&=#;,:.]+\.[A-Za-z]{2}")]
    private static partial Regex Email();
}
