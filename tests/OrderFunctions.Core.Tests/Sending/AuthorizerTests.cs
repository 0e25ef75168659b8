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

    private static async Task<string?> TokenAsync(Authorizer authorizer, bool refresh) =>
        (await authorizer.AuthorizeAsync(new Credential.Bearer("a"), refresh, default))?.Parameter;
}
