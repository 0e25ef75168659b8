using OrderFunctions.Redaction;

namespace OrderFunctions.Core.Tests.Redaction;

public sealed class PersonalDataTests
{
    // alex@example.com by md5sum, sha1sum and sha256sum.
    private static readonly string[] Hashes =
    [
        "fa028cdc19589078e49959d1f9b9b7b6",
        "4527db6a4175a872ef696f2e67190087847b1116",
        "6db61e6dcbcf2390e4a46af426f26a133a3bee45021422fc7ae86e9136f14110",
    ];

    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    [Theory]
    [InlineData("alex@example.com")]
    [InlineData("Alex.Smith+shop@mail.example.co.uk")]
    [InlineData("alex%40example.com")]
    [InlineData("alex%2540example.com")]
    [InlineData("order-alex@example.com-7")]
    [InlineData("mailto:alex@example.com?subject=x")]
    [InlineData("<alex@example.com>")]
    [InlineData("jörg@münchen.example")]
    [InlineData("\"alex@example.com\",")]
    [InlineData("alex&#64;example.com")]
    [InlineData("alex\\u0040example.com")]
    [InlineData("YWxleEBleGFtcGxlLmNvbQ==")]
    [InlineData("order-YWxleEBleGFtcGxlLmNvbQ-7")]
    [InlineData("?_kx=eyJlbWFpbCI6ImFsZXhAZXhhbXBsZS5jb20ifQ")]
    [InlineData("616c6578406578616d706c652e636f6d")]
    [InlineData("#616C6578406578616D706C652E636F6D")]
    public void An_email_is_found_in_any_spelling_that_can_be_read_back(string text) =>
        Assert.True(PersonalData.HasEmail(text), text);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("c-77")]
    [InlineData("vis_3f2c1a97")]
    [InlineData("@example.com")]
    [InlineData("alex@")]
    [InlineData("alex at example.com")]
    [InlineData("3 @ 4.50")]
    [InlineData("https://store.example.com/@alex/x.html")]
    [InlineData("100%4 of example.com")]
    public void What_is_no_email_is_left_alone(string? text)
    {
        Assert.False(PersonalData.HasEmail(text), text);
        if (text is not null)
        {
            Assert.Equal(text, PersonalData.HashedIfEmail(text));
            Assert.Equal(text, PersonalData.WithoutEmails(text));
        }
    }

    // Tokens, UUIDs and hashes (those of alex@example.com first), as platforms and browsers make them.
    [Fact]
    public void What_comes_to_no_text_is_no_email()
    {
        var random = new Random(1);
        var words = Enumerable.Range(0, 20_000).Select(_ => Word(random.GetItems(Bytes, random.Next(6, 80))));

        Assert.DoesNotContain(
            words.Concat(Hashes).Concat(Hashes.Select(hash => Word(Convert.FromHexString(hash)))),
            PersonalData.HasEmail
        );

        static string Word(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_');
    }

    [Theory]
    [InlineData("https://shop.example/p?e=YWxleEBleGFtcGxlLmNvbQ==&x=1", "https://shop.example/p?e=removed==&x=1")]
    [InlineData("https://shop.example/YWxleEBleGFtcGxlLmNvbQ/p", "https://shop.example/removed/p")]
    [InlineData("https://shop.example/p?e=YT9%2Bb0BleGFtcGxlLmNvbQ%3D%3D", "https://shop.example/p?e=removed%3D%3D")]
    [InlineData("https://shop.example/p#616c6578406578616d706c652e636f6d", "https://shop.example/p#removed")]
    public void Of_a_page_s_address_the_words_that_come_to_an_email_are_taken_out(string address, string left) =>
        Assert.Equal(left, PersonalData.WithoutEmails(address));

    // SHA-256 of "abc@example.com" in UTF-8, by sha256sum.
    [Theory]
    [InlineData("abc@example.com")]
    [InlineData(" ABC@Example.com\t")]
    public void A_hash_is_the_lower_case_hex_SHA_256_of_the_trimmed_lower_case_address(string email) =>
        Assert.Equal(
            "9eceb13483d7f187ec014fd6d4854d1420cfc634328af85f51d0323ba8622e21",
            PersonalData.HashedIfEmail(email)
        );

    [Fact]
    public void Every_email_of_a_text_is_taken_out() =>
        Assert.Equal(
            "to removed, removed and (removed): https://x.example/?a=removed&b=1#c",
            PersonalData.WithoutEmails(
                "to a@b.example, c.d@e.example and (f%40g.example): https://x.example/?a=h@i.example&b=1#c"
            )
        );
}
