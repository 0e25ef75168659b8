using System.Text;
using System.Text.Json;
using OrderFunctions.Core.Tests.Providers;
using OrderFunctions.Delivery;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class MaskTests
{
    private readonly Mask _mask = new(Samples.Event());

    [Theory]
    [InlineData("DbV6KYhMm7firiNtgfOCEmRohglfAQUTUy4FudGOKtetC0yYSaKtOXIedfNX")]
    [InlineData("p\"a+s/s<wörd>")]
    [InlineData("a+b/c==")]
    public void A_secret_is_masked_plain_in_JSON_and_in_an_address(string secret)
    {
        _mask.Add(secret);

        Assert.Equal("the token '***' is wrong", _mask.Apply($"the token '{secret}' is wrong"));
        Assert.Equal("""{"token":"***"}""", _mask.Apply($$"""{"token":"{{JsonEncodedText.Encode(secret)}}"}"""));
        Assert.Equal("?t=***&x=1", _mask.Apply($"?t={Uri.EscapeDataString(secret)}&x=1"));
        var likePhp = secret
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("/", "\\/", StringComparison.Ordinal);
        Assert.Equal("""{"token":"***"}""", _mask.Apply($$"""{"token":"{{likePhp}}"}"""));
    }

    [Fact]
    public void A_Basic_parameter_is_masked()
    {
        var parameter = Convert.ToBase64String(Encoding.UTF8.GetBytes("shop:s3cret?>~"));
        _mask.Add("shop");
        _mask.Add("s3cret?>~");
        _mask.Add(parameter);

        Assert.Equal("Basic *** for *** was refused", _mask.Apply($"Basic {parameter} for shop was refused"));
    }

    [Fact]
    public void A_secret_within_a_longer_one_leaves_none_of_the_longer_one()
    {
        _mask.Add("abc");
        _mask.Add("xabcx-long");

        Assert.Equal("***, ***", _mask.Apply("xabcx-long, abc"));
    }

    [Theory]
    [InlineData("alex@example.com")]
    [InlineData("ALEX@example.COM")]
    [InlineData("alex%40example.com")]
    [InlineData("somebody.else@example.org")]
    [InlineData("203.0.113.45")]
    [InlineData("198.51.100.7")]
    [InlineData("2001:db8::8a2e:370:7334")]
    [InlineData("2001:0db8:0000:0000:0000:8a2e:0370:7334")]
    [InlineData("211 19")]
    [InlineData("211%2019")]
    [InlineData("Malmö")]
    [InlineData("malmö")]
    [InlineData("Malm\\u00f6")]
    [InlineData("Malm%C3%B6")]
    public void Personal_data_is_masked(string personal) =>
        Assert.Equal("so '***' is it", _mask.Apply($"so '{personal}' is it"));

    [Theory]
    [InlineData("alex+shop@example.com", "alex\\u002Bshop@example.com")]
    [InlineData("alex+shop@example.com", "alex\\u002bshop@example.com")]
    [InlineData("o'neil@example.com", "o\\u0027neil@example.com")]
    [InlineData("alex@example.com", "alex\\u0040example.com")]
    public void An_email_escaped_as_JSON_is_masked(string email, string escaped)
    {
        var mask = new Mask(Samples.Event(json => json.Customer()["email"] = email));

        Assert.Equal("""{"email":"***"}""", mask.Apply($$"""{"email":"{{escaped}}"}"""));
    }

    [Theory]
    [InlineData("2026-11-21 14:03:07")]
    [InlineData("2026-11-21T14:03:07.123+01:00")]
    [InlineData("12:34:56:789")]
    [InlineData("3afc4a82-93c3-423f-8ee8-542ccb315931")]
    [InlineData("answered 400: {\"error_key\":\"client.model.merchants_tracking.tracking_ids.blank\"}")]
    [InlineData("Chrome/91.0.4472.124")]
    [InlineData("order 1001, 10000 SEK")]
    public void What_is_nobodys_stays(string text) => Assert.Equal(text, _mask.Apply(text));

    [Fact]
    public void A_state_of_two_letters_stays_for_it_would_mask_half_of_every_sentence()
    {
        var mask = new Mask(Samples.Event(json => json.Order()["shippingAddress"]!["region"] = "UT"));

        Assert.Equal("must be an absolute URL, but is not", mask.Apply("must be an absolute URL, but is not"));
    }

    [Fact]
    public void Without_an_order_patterns_are_masked_all_the_same() =>
        Assert.Equal("*** from ***, Malmö", new Mask(null).Apply("alex@example.com from 203.0.113.45, Malmö"));

    [Fact]
    public void A_long_text_is_cut_to_4096_characters()
    {
        Assert.Equal(new string('a', 4096), _mask.Apply(new string('a', 4096)));

        var cut = _mask.Apply(new string('a', 4097));
        Assert.Equal(4096, cut.Length);
        Assert.Equal(new string('a', 4095) + "…", cut);
    }

    [Fact]
    public void A_secret_across_the_cut_is_masked_before_it()
    {
        _mask.Add("token-0123456789");

        var masked = _mask.Apply(new string('a', 4090) + "token-0123456789" + new string('b', 100));

        Assert.DoesNotContain("token", masked, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_leaves_no_half_of_a_character()
    {
        var masked = _mask.Apply(new string('a', 4094) + "😀😀");

        Assert.False(masked.Any(char.IsSurrogate), $"ends in {JsonSerializer.Serialize(masked[^3..])}");
    }

    // 64 KB is all that is read of an answer; how long these take is measured in MaskBenchmarks.
    [Theory]
    [InlineData("a")]
    [InlineData("a.")]
    [InlineData("a%40")]
    [InlineData("1.")]
    [InlineData("a:")]
    [InlineData("a@a")]
    public void The_longest_answer_is_cut_whatever_stands_in_it(string piece)
    {
        var masked = _mask.Apply(string.Concat(Enumerable.Repeat(piece, 64 * 1024 / piece.Length)));

        Assert.InRange(masked.Length, 1, Mask.MostCharacters);
    }
}
