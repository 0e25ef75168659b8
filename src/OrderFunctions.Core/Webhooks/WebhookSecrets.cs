using System.Security.Cryptography;
using System.Text;
using OrderFunctions.Credentials;
using OrderFunctions.Storefronts;

namespace OrderFunctions.Webhooks;

/// <summary>Finds out whose secret signed a body: the first shop's or a further one's, the current or the one before.</summary>
public sealed class WebhookSecrets(SecretCache secrets)
{
    /// <summary>What a rotated secret is called while the platform may still sign with it.</summary>
    public const string Previous = "-previous";

    private const int SignatureBytes = HMACSHA256.HashSizeInBytes;

    /// <summary>The secrets that a platform's webhooks need, with those of the shops' own API where it is asked.</summary>
    public static IEnumerable<string> Names(Storefront storefront)
    {
        var shops = storefront.Options.Shops.Select(shop => (string?)shop).Prepend(null).ToList();
        return shops
            .Select(shop => Name(storefront, shop))
            .Concat(
                shops.SelectMany(shop =>
                    storefront.ApiSecrets(shop) is var (user, password) ? [user, password] : Array.Empty<string>()
                )
            );
    }

    /// <summary>Reads a signature header: base64 of 32 bytes.</summary>
    /// <returns>Null where it is none, which no body can have.</returns>
    public static byte[]? Signature(string? header)
    {
        var signature = new byte[SignatureBytes];
        // Exactly as long as it is written: there are other spellings of the same bytes.
        return
            header is { Length: 44 }
            && Convert.TryFromBase64String(header, signature, out var length)
            && length == SignatureBytes
            && Convert.ToBase64String(signature) == header
            ? signature
            : null;
    }

    /// <returns>Null: nobody's.</returns>
    /// <exception cref="CredentialUnavailableException">It can't be told: a secret is not to be had.</exception>
    public async Task<Signer?> FindSignerAsync(
        Storefront storefront,
        ReadOnlyMemory<byte> body,
        byte[] signature,
        CancellationToken cancellationToken
    )
    {
        CredentialUnavailableException? unavailable = null;
        var shops = storefront.Options.Shops.Select(shop => (string?)shop).Prepend(null).ToList();
        foreach (var suffix in new[] { "", Previous })
        {
            foreach (var shop in shops)
            {
                try
                {
                    var name = Name(storefront, shop) + suffix;
                    var secret =
                        suffix.Length == 0
                            ? await secrets.GetAsync(name, cancellationToken)
                            : await secrets.FindAsync(name, cancellationToken);
                    if (secret is not null && IsSigned(storefront.SigningKey(secret), body.Span, signature))
                    {
                        return new Signer(shop);
                    }
                }
                catch (CredentialUnavailableException error)
                {
                    unavailable = error;
                }
            }
        }

        return unavailable is null ? null : throw unavailable;
    }

    private static string Name(Storefront storefront, string? shop) =>
        shop is null ? $"webhook-{storefront.Name}" : $"webhook-{storefront.Name}-{shop}";

    private static bool IsSigned(string key, ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[SignatureBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), body, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }
}

/// <param name="Shop">The further shop whose secret it is; null: the first one's.</param>
public sealed record Signer(string? Shop);
