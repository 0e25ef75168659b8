using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace OrderFunctions.Json;

/// <summary>Fields that are more than text: each read exactly, or noted as wrong and read as null.</summary>
public static class JsonFields
{
    public static DateTimeOffset? Time(this JsonObjectReader fields, string name, bool required)
    {
        if (fields.Find(name, required) is not { } element)
        {
            return null;
        }

        if (element.ValueKind != JsonValueKind.String)
        {
            fields.Error(name, $"must be a time as RFC 3339 text, not {JsonText.Describe(element)}");
            return null;
        }

        if (Rfc3339.TryParse(JsonText.Of(element), out var time))
        {
            return time;
        }

        fields.Error(name, Rfc3339.Rule);
        return null;
    }

    public static bool? Flag(this JsonObjectReader fields, string name)
    {
        if (fields.Find(name, required: false) is not { } element)
        {
            return null;
        }

        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return element.GetBoolean();
        }

        fields.Error(name, $"must be true or false, not {JsonText.Describe(element)}");
        return null;
    }

    public static int? Count(this JsonObjectReader fields, string name, int least, int most, bool required = false)
    {
        if (fields.Find(name, required) is not { } element)
        {
            return null;
        }

        if (
            ReadDecimal(element) is { } number
            && number == decimal.Truncate(number)
            && number >= least
            && number <= most
        )
        {
            return (int)number;
        }

        fields.Error(name, $"must be a whole number from {least} to {most}, not {JsonText.Describe(element)}");
        return null;
    }

    /// <summary>An exact amount from a JSON number or string, with at most <paramref name="decimals"/> decimals.</summary>
    /// <param name="unit">What has so many decimals, for the error.</param>
    public static decimal? Amount(
        this JsonObjectReader fields,
        string name,
        int decimals,
        string unit,
        bool required = false,
        decimal least = 0
    )
    {
        if (fields.Find(name, required) is not { } element)
        {
            return null;
        }

        if (ReadDecimal(element) is not { } amount)
        {
            fields.Error(
                name,
                $"must be a decimal number such as 12.50, as a JSON number or string of at most 28 digits, not {JsonText.Describe(element)}"
            );
            return null;
        }

        var isRight = true;
        if (amount < least)
        {
            fields.Error(name, least == 0 ? "must not be negative" : $"must be at least {least}");
            isRight = false;
        }

        if (amount > JsonAmount.Largest)
        {
            fields.Error(name, $"must be at most {JsonAmount.Largest}");
            isRight = false;
        }

        if (JsonAmount.Decimals(amount) > decimals)
        {
            fields.Error(name, $"has more decimals than {unit} ({decimals})");
            isRight = false;
        }

        return isRight ? amount : null;
    }

    public static Guid? Uuid(this JsonObjectReader fields, string name)
    {
        if (fields.Text(name) is not { } text)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var uuid))
        {
            return uuid;
        }

        fields.Error(name, "must be a UUID such as 1f80e399-6f55-4cef-b8b0-0f74752c1ceb");
        return null;
    }

    public static string? IpAddress(this JsonObjectReader fields, string name)
    {
        if (fields.Text(name, longest: 64) is not { } text)
        {
            return null;
        }

        if (IsAddress(text))
        {
            return text;
        }

        fields.Error(name, "must be one IPv4 or IPv6 address");
        return null;
    }

    private static decimal? ReadDecimal(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Number => JsonAmount.Parse(element.GetRawText()),
            JsonValueKind.String when JsonText.Of(element) is { } text => JsonAmount.Parse(text),
            _ => null,
        };

    // The parser also takes 1, 0x7f.1 and [::1]:443, which no platform would.
    private static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out var address)
        && (
            address.AddressFamily == AddressFamily.InterNetwork
                ? address.ToString() == text
                : text.IndexOfAny(['[', ']', '%']) < 0
        );
}
