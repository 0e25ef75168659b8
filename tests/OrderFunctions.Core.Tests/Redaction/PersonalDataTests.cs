using OrderFunctions.Redaction;

namespace OrderFunctions.Core.Tests.Redaction;

public sealed class PersonalDataTests
{
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
    public void An_email_is_found_plain_or_as_URLs_spell_it(string text) =>
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
