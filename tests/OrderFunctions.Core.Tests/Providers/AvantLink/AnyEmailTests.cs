using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.TestKit;
using Outcome = OrderFunctions.Providers.Outcome;

namespace OrderFunctions.Core.Tests.Providers.AvantLink;

/// <summary>
/// Whatever e-mail address a customer has, and wherever else it is typed in however it is spelled: AvantLink never gets it
/// in a spelling that can be read back. Of an address in the place of an id it gets the hash that its document asks for
/// ("make sure to hash it first"). EMAIL_RUNS sets how many orders are tried.
/// </summary>
public sealed class AnyEmailTests
{
    private static readonly int Runs = EnvironmentNumber.Of("EMAIL_RUNS", 1000);

    // Where AvantLink reads an id, an address of a page, or neither.
    private static readonly string[] Ids = ["attribution.userIds", "attribution.visitorIds"];
    private static readonly string[] Pages = ["attribution.pageUrl", "attribution.referrerUrl"];
    private static readonly string[] Others =
    [
        "order.id",
        "order.discounts",
        "order.lines",
        "order.shippingAddress.country",
        "order.shippingAddress.region",
        "order.shippingAddress.state",
        "attribution.avantLinkToken",
        "attribution.userAgent",
        "attribution.googleClickId",
        "attribution.customTrackingCode",
    ];

    // What AvantLink is not told at all.
    private static readonly string[] Untold =
    [
        "order.customer.id",
        "order.shippingAddress.city",
        "order.shippingAddress.postalCode",
        "attribution.affiliate",
    ];

    private static readonly Dictionary<string, Func<string, string>> Spellings = new()
    {
        ["as it is"] = email => email,
        ["in capitals"] = email => email.ToUpperInvariant(),
        ["in an address"] = email => Uri.EscapeDataString(email),
        ["in an address, twice"] = email => Uri.EscapeDataString(Uri.EscapeDataString(email)),
        ["in an address, every byte"] = email => Bytes(email, value => $"%{value:x2}"),
        ["in JSON"] = email => email.Replace("@", "\\u0040", StringComparison.Ordinal),
        ["in HTML"] = email => email.Replace("@", "&#64;", StringComparison.Ordinal),
        ["in HTML, hex"] = email => email.Replace("@", "&#x40;", StringComparison.Ordinal),
        ["with a space of no width"] = email => email.Replace("@", "\u200B@\u200B", StringComparison.Ordinal),
        ["base64"] = Base64,
        ["base64 for addresses"] = email => Base64(email).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        ["base64 in an address"] = email => Uri.EscapeDataString(Base64(email)),
        ["base64 of an address"] = email => Base64(Uri.EscapeDataString(email)),
        ["base64 of JSON"] = email => Base64($$"""{"email":"{{email}}","list":7}"""),
        ["base64 of UTF-16"] = email => Convert.ToBase64String(Encoding.Unicode.GetBytes(email)),
        ["base64, twice"] = email => Base64(Base64(email)),
        ["hex"] = email => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(email)),
        ["hex in capitals"] = email => Convert.ToHexString(Encoding.UTF8.GetBytes(email)),
        ["base64 of hex"] = email => Base64(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(email))),
    };

    private static readonly Func<byte[], byte[]>[] Hashes =
    [
        MD5.HashData,
        SHA1.HashData,
        SHA256.HashData,
        SHA384.HashData,
        SHA512.HashData,
    ];

    [Fact]
    public void AvantLink_never_gets_an_email_in_any_field_or_encoding() =>
        Generated.Check(Any(), Runs, order => Wrong(order) is null, order => $"{order}: {Wrong(order)}");

    // What the property says of a body that does have it.
    [Theory]
    [InlineData("as it is")]
    [InlineData("base64")]
    [InlineData("hex")]
    [InlineData("in an address")]
    public void A_body_with_an_email_would_be_found(string spelling) =>
        Assert.NotNull(Leak($"{{\"x\":\"a-{Spellings[spelling]("alex@example.com")}\"}}", "alex@example.com", []));

    private static Arbitrary<EmailOrder> Any()
    {
        var local = Gen.Elements("alex", "a.b", "o'hara", "x+shop", "jörg", "A1_b-c", "zz")
            .SelectMany(first => Gen.Choose(0, 9999), (first, number) => $"{first}{number}");
        var email = local.SelectMany(
            _ => Gen.Elements("example.com", "mail.example.co.uk", "münchen.example", "Shop-1.EXAMPLE", "example.io"),
            (name, domain) => $"{name}@{domain}"
        );
        var place = Gen.Elements<string>([.. Ids, .. Pages, .. Others, .. Untold])
            .SelectMany(_ => Gen.Elements<string>([.. Spellings.Keys]), (field, spelling) => (field, spelling))
            .SelectMany(
                _ => Gen.Elements("", "order-", "x/", "c:", "1 "),
                (at, before) => new Place(at.field, at.spelling, before)
            );
        var order = email.SelectMany(
            _ => Gen.ArrayOf(place),
            (address, places) => new EmailOrder(address, [.. places.DistinctBy(each => each.Field)])
        );
        return Arb.From(
            order,
            each => each.Places.Select(left => each with { Places = [.. each.Places.Except([left])] })
        );
    }

    // Null: all is well.
    private static string? Wrong(EmailOrder order)
    {
        var step = new AvantLinkProvider(new AvantLinkOptions { MerchantId = Guid.Empty }).Next(
            Samples.Event(order.Write),
            PriorState.Nothing
        );
        var isTold = order.Places.Where(place => Others.Contains(place.Field)).ToList();
        return step switch
        {
            Step.Send send when isTold.Count > 0 =>
                $"it is told of {string.Join(", ", isTold)}: {send.Request.BodyText}",
            Step.Send send => Leak(send.Request.BodyText, order.Email, order.Hashed),
            Outcome.Rejected rejected
                when isTold.Count == 0 && !order.Places.Any(place => Pages.Contains(place.Field)) =>
                $"it is held back for nothing: {rejected.Reason}",
            Outcome.Rejected rejected => Leak(rejected.Reason, order.Email, []),
            var other => $"it led to {other}",
        };
    }

    /// <param name="hashed">What may stand there as its SHA-256.</param>
    private static string? Leak(string text, string email, IEnumerable<string> hashed)
    {
        // As a reader of the JSON has it, and as it stands there.
        var readings = new[] { text, text.StartsWith('{') ? Strings(text) : text };
        var allowed = hashed.Select(value => Hex(SHA256.HashData(Utf8(value.Trim().ToLowerInvariant())))).ToHashSet();
        foreach (var (name, spell) in Spellings)
        {
            foreach (var address in new[] { email, email.ToLowerInvariant(), email.ToUpperInvariant() })
            {
                var spelled = spell(address).TrimEnd('=');
                if (Array.Exists(readings, reading => reading.Contains(spelled, StringComparison.OrdinalIgnoreCase)))
                {
                    return $"the address stands there {name} ({spelled}): {text}";
                }
            }
        }

        foreach (var bytes in new[] { email, email.ToLowerInvariant(), email.ToUpperInvariant() }.Select(Utf8))
        {
            foreach (var hash in Hashes.Select(of => of(bytes)))
            {
                var isThere = new[] { Hex(hash), Convert.ToBase64String(hash).TrimEnd('=') }.Any(spelled =>
                    !allowed.Contains(spelled) && text.Contains(spelled, StringComparison.OrdinalIgnoreCase)
                );
                if (isThere)
                {
                    return $"a hash of the address stands there that nobody asked for: {text}";
                }
            }
        }

        return null;
    }

    private static string Strings(string json)
    {
        var all = new StringBuilder();
        Add(JsonElement.Parse(json));
        return $"{all}\n{WebUtility.UrlDecode(all.ToString())}\n{WebUtility.HtmlDecode(all.ToString())}";

        void Add(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    element.EnumerateObject().ToList().ForEach(member => Add(member.Value));
                    break;
                case JsonValueKind.Array:
                    element.EnumerateArray().ToList().ForEach(Add);
                    break;
                case JsonValueKind.String:
                    all.AppendLine(element.GetString());
                    break;
            }
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Base64(string text) => Convert.ToBase64String(Utf8(text));

    private static string Bytes(string text, Func<byte, string> spell) => string.Concat(Utf8(text).Select(spell));

    /// <param name="Before">What stands right before it.</param>
    private sealed record Place(string Field, string Spelling, string Before)
    {
        // Of what base64 and hex have for letters beyond ASCII, the beginning must be known.
        private string Space => Before is "order-" or "x/" ? $"{Before}: " : Before;

        public string Of(string email) =>
            Pages.Contains(Field)
                ? $"https://store.example.com/tack?o=1001&e={Spellings[Spelling](email)}"
                : (Ascii.IsValid(email) ? Before : Space) + Spellings[Spelling](email);
    }

    private sealed record EmailOrder(string Email, IReadOnlyList<Place> Places)
    {
        /// <summary>What stands in the place of an id.</summary>
        public IEnumerable<string> Hashed =>
            Places.Where(place => Ids.Contains(place.Field)).Select(place => place.Of(Email));

        public void Write(JsonObject json)
        {
            json.Customer()["email"] = Email;
            foreach (var place in Places)
            {
                var value = place.Of(Email);
                var path = place.Field.Split('.');
                var parent = path[..^1].Aggregate((JsonNode)json, (node, name) => node[name]!);
                parent[path[^1]] = path[^1] switch
                {
                    "userIds" or "visitorIds" => new JsonArray("u-1", value),
                    "discounts" => new JsonArray(new JsonObject { ["code"] = value, ["amount"] = 1 }),
                    "lines" => new JsonArray(
                        new JsonObject
                        {
                            ["name"] = value,
                            ["quantity"] = 1,
                            ["unitPrice"] = 100,
                        }
                    ),
                    _ => value,
                };
            }
        }

        public override string ToString() => $"{Email} in {string.Join(", ", Places)}";
    }
}
