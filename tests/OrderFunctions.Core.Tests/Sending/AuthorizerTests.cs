using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Core.Tests.Credentials;
using OrderFunctions.Credentials;
using OrderFunctions.Providers;
using OrderFunctions.Redaction;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Sending;

public sealed class AuthorizerTests
{
    private readonly ManualTime _time = new();
    private readonly FakeStore _store = new();
    private readonly SecretCache _cache;

    public AuthorizerTests() => _cache = new SecretCache(_store, _time, NullLogger<SecretCache>.Instance);

    [Fact]
    public async Task What_was_refused_is_what_was_sent_and_not_the_newer_value_that_another_delivery_has_fetched_since()
    {
        var slow = new Authorizer(_cache, new Redactor());
        Assert.Equal("a-1", await TokenAsync(slow, refresh: false));
        await _cache.RefreshAsync("a", "a-1", default);
        _time.Advance(SecretCache.Pause);

        Assert.Equal("a-2", await TokenAsync(slow, refresh: true));
        Assert.Equal(2, _store.Fetches);
    }

    [Fact]
    public async Task The_value_that_was_sent_is_fetched_anew()
    {
        var authorizer = new Authorizer(_cache, new Redactor());
        Assert.Equal("a-1", await TokenAsync(authorizer, refresh: false));

        Assert.Equal("a-2", await TokenAsync(authorizer, refresh: true));
        _time.Advance(SecretCache.Pause);
        Assert.Equal("a-3", await TokenAsync(authorizer, refresh: true));
    }

    // Found by fuzzing: the header could not be made, and the delivery crashed ten times without a word of why.
    [Theory]
    [InlineData("tok3n\n")]
    [InlineData("t\u00f6ken")]
    public async Task A_token_that_no_header_takes_is_not_to_be_had_and_the_reason_names_its_secret(string token)
    {
        var store = new Secrets { ["duel-bearer-token"] = token };
        var cache = new SecretCache(store, _time, NullLogger<SecretCache>.Instance);
        var authorizer = new Authorizer(cache, new Redactor());

        var error = await Assert.ThrowsAsync<CredentialUnavailableException>(() =>
            authorizer.AuthorizeAsync(new Credential.Bearer("duel-bearer-token"), refresh: false, default)
        );

        Assert.StartsWith("The secret 'duel-bearer-token' has characters", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Trim(), error.Message, StringComparison.Ordinal);
    }

    private static async Task<string?> TokenAsync(Authorizer authorizer, bool refresh) =>
        (await authorizer.AuthorizeAsync(new Credential.Bearer("a"), refresh, default))?.Parameter;
}
