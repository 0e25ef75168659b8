using System.Text.RegularExpressions;
using OrderFunctions.Providers;

namespace OrderFunctions.Local;

/// <summary>
/// Keeps personal values out of what the commands print. The server's messages name fields, not their values, but for numbers
/// ("must be text, not 11122") and for fields that nobody knows, whose names may be anything.
/// </summary>
internal static partial class Discretion
{
    private const string Removed = "(removed)";

    public static string Path(string path) => Addresses().Replace(PersonalData.WithoutEmails(path, Removed), Removed);

    public static string Message(string path, string message) =>
        Path(IsPersonal().IsMatch(path) ? Number().Replace(message, ", not a number") : message);

    [GeneratedRegex(@"^\$\.(order\.(customer|shippingAddress)|attribution)\b", RegexOptions.CultureInvariant)]
    private static partial Regex IsPersonal();

    [GeneratedRegex(@", not -?[0-9].*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"\b([0-9]{1,3}\.){3}[0-9]{1,3}\b|(\b[0-9A-Fa-f]{1,4}|:):([0-9A-Fa-f]{0,4}:)+[0-9A-Fa-f]{0,4}")]
    private static partial Regex Addresses();
}
