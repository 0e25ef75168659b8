using Microsoft.Extensions.Configuration;
using OrderFunctions.Credentials;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Credentials;

public sealed class SecretCacheTests
{
    private readonly ManualTime _time = new();
    private readonly FakeStore _store = new();
    private readonly SecretCache _cache;

    public SecretCacheTests() => _cache = new SecretCache(_store, _time);

    [Fact]
    public async Task A_hundred_callers_share_one_fetch()
    {
        _store.Hold();
        var callers = Enumerable.Range(0, 100).Select(_ => Task.Run(() => Get("a"))).ToList();
        await _store.Asked();
        _store.Release();

        Assert.All(await Soon(Task.WhenAll(callers)), value => Assert.Equal("a-1", value));
        Assert.Equal(1, _store.Fetches);
    }

    [Fact]
    public async Task Secrets_are_kept_apart_and_one_does_not_wait_for_another()
    {
        _store.Hold();
        var slow = Get("slow");
        await _store.Asked();
        _store.HoldNoMore();

        Assert.Equal("quick-2", await Soon(Get("quick")));
        Assert.False(slow.IsCompleted);
        _store.Release();
        Assert.Equal("slow-1", await Soon(slow));
    }

    [Fact]
    public async Task A_secret_is_kept_for_its_lifetime_and_fetched_anew_after_it()
    {
        Assert.Equal("a-1", await Get("a"));
        _time.Advance(SecretCache.Lifetime - TimeSpan.FromTicks(1));
        Assert.Equal("a-1", await Get("a"));

        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("a-2", await Get("a"));
    }

    [Fact]
    public void A_secret_is_kept_for_5_minutes() => Assert.Equal(TimeSpan.FromMinutes(5), SecretCache.Lifetime);

    [Fact]
    public async Task A_refused_secret_is_fetched_anew_once_for_all_who_were_refused()
    {
        var refused = await Get("a");

        var renewed = await Soon(Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Refresh("a", refused))));

        Assert.All(renewed, value => Assert.Equal("a-2", value));
        Assert.Equal(2, _store.Fetches);
        Assert.Equal("a-2", await Get("a"));
    }

    [Fact]
    public async Task A_value_that_was_replaced_since_it_was_refused_is_not_fetched_again()
    {
        var old = await Get("a");
        _time.Advance(SecretCache.Lifetime);
        var current = await Get("a");

        Assert.Equal(current, await Refresh("a", old));
        Assert.Equal(2, _store.Fetches);
    }

    [Fact]
    public async Task While_every_call_is_refused_the_store_is_asked_only_now_and_then()
    {
        _store.Value = _ => "wrong";
        await Get("a");
        for (var second = 0; second < 60; second++)
        {
            Assert.All(
                await Soon(Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Refresh("a", "wrong")))),
                value => Assert.Equal("wrong", value)
            );
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_store.Fetches, 2, 1 + 6);
    }

    [Fact]
    public async Task A_secret_that_was_put_right_is_found_by_a_later_refusal()
    {
        _store.Value = _ => "wrong";
        await Get("a");
        Assert.Equal("wrong", await Refresh("a", "wrong"));
        _store.Value = _ => "right";
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("right", await Refresh("a", "wrong"));
        Assert.Equal("right", await Get("a"));
    }

    [Fact]
    public async Task A_missing_secret_is_named()
    {
        _store.Value = _ => null;

        var error = await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("duel-bearer-token"));

        Assert.Contains("duel-bearer-token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_fails_is_told_with_the_secrets_name_and_the_cause()
    {
        _store.Value = _ => throw new InvalidOperationException("vault is down");

        var error = await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("duel-bearer-token"));

        Assert.Contains("duel-bearer-token", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Fact]
    public async Task A_store_that_times_out_is_unavailable_and_not_a_caller_that_gave_up()
    {
        _store.Value = _ => throw new TaskCanceledException("the vault took too long");

        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("a"));
    }

    [Fact]
    public async Task A_failed_fetch_is_not_kept()
    {
        _store.Value = _ => null;
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("a"));
        _store.Value = _ => "there";

        Assert.Equal("there", await Get("a"));
    }

    [Fact]
    public async Task A_failed_refresh_leaves_the_value_in_use_and_asks_the_store_no_more_for_a_while()
    {
        await Get("a");
        _store.Value = _ => throw new InvalidOperationException("vault is down");
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Refresh("a", "a-1"));

        Assert.Equal("a-1", await Get("a"));
        Assert.Equal("a-1", await Refresh("a", "a-1"));
        Assert.Equal(2, _store.Fetches);
    }

    [Fact]
    public async Task A_caller_that_gives_up_breaks_no_other()
    {
        _store.Hold();
        using var givingUp = new CancellationTokenSource();
        var first = _cache.GetAsync("a", givingUp.Token);
        await _store.Asked();
        var others = Enumerable.Range(0, 10).Select(_ => Get("a")).ToList();

        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(first));
        await _store.Asked();
        _store.Release();

        Assert.All(await Soon(Task.WhenAll(others)), value => Assert.StartsWith("a-", value, StringComparison.Ordinal));
        Assert.Equal(2, _store.Fetches);
    }

    [Fact]
    public async Task A_caller_that_waits_for_anothers_fetch_can_give_up()
    {
        _store.Hold();
        var first = Get("a");
        await _store.Asked();
        using var givingUp = new CancellationTokenSource();
        var waiting = _cache.GetAsync("a", givingUp.Token);

        await givingUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(waiting));
        _store.Release();
        Assert.Equal("a-1", await Soon(first));
    }

    [Theory]
    [InlineData("duel-bearer-token", "t-1")]
    [InlineData("empty", null)]
    [InlineData("retrack-bearer-token", null)]
    public async Task On_a_developers_machine_secrets_come_from_settings(string name, string? expected)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["Credentials:duel-bearer-token"] = "t-1",
                    ["Credentials:empty"] = "",
                }
            )
            .Build();

        Assert.Equal(expected, await new ConfigurationSecretStore(settings).FindAsync(name, CancellationToken.None));
    }

    private Task<string> Get(string name) => _cache.GetAsync(name, CancellationToken.None);

    private Task<string> Refresh(string name, string refused) =>
        _cache.RefreshAsync(name, refused, CancellationToken.None);

    private static Task<T> Soon<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30));
}
