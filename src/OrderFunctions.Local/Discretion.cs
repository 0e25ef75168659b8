using System.Text.RegularExpressions;
using OrderFunctions.Providers;

namespace OrderFunctions.Local;

/// <summary>
/// Keeps e-mail and IP addresses out of what the commands print. The server's messages name fields, not their values;
/// but a field that nobody knows may have anything for a name.
/// </summary>
internal static partial class Discretion
{
    private const string Removed = "(removed)";

    public static string Text(string text) => Addresses().Replace(PersonalData.WithoutEmails(text, Removed), Removed);

    [GeneratedRegex(@"\b([0-9]{1,3}\.){3}[0-9]{1,3}\b|(\b[0-9A-Fa-f]{1,4}|:):([0-9A-Fa-f]{0,4}:)+[0-9A-Fa-f]{0,4}")]
    private static partial Regex Addresses();
}
