using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrderFunctions.Diagnostics;

/// <summary>
/// Standard Webhooks' symmetric signature, scheme v1 (https://www.standardwebhooks.com, version 1.0.0): HMAC-SHA256 of
/// id, timestamp and body with dots between them.
/// </summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const int LeastBytes = 24;
    private const int MostBytes = 64;

    /// <summary>Reads a secret: `whsec_` and base64 of 24 to 64 bytes.</summary>
    /// <returns>Null where it is none.</returns>
    public static byte[]? Key(string secret)
    {
        var key = new byte[MostBytes];
        return
            secret.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length)
            && length >= LeastBytes
            ? key[..length]
            : null;
    }

    /// <summary>The header webhook-signature: one signature for each key, so that a receiver that knows either verifies it.</summary>
    public static string Header(IEnumerable<byte[]> keys, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var start = string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.");
        byte[] signed = [.. Encoding.UTF8.GetBytes(start), .. body];
        return string.Join(' ', keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}"));
    }
}
