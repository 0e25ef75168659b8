using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OrderFunctions.Credentials;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Credentials;

public sealed class SecretCacheTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly FakeStore _store = new();
    private readonly LogBook _log = new();
    private readonly LoggerFactory _loggers;
    private readonly SecretCache _cache;

    public SecretCacheTests()
    {
        _loggers = new LoggerFactory([_log]);
        _cache = new SecretCache(_store, _time, _loggers.CreateLogger<SecretCache>());
    }

    public void Dispose() => _loggers.Dispose();

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
    public async Task What_the_store_says_is_wrong_is_told_as_it_is_and_logged()
    {
        _store.Value = _ => throw new CredentialUnavailableException("There is no secret 'duel-bearer-token'.");

        var error = await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("duel-bearer-token"));

        Assert.Equal("There is no secret 'duel-bearer-token'.", error.Message);
        Assert.Contains(
            $"secret.unavailable duel-bearer-token: {error.Message}",
            Assert.Single(_log.Lines),
            StringComparison.Ordinal
        );
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
    public async Task A_store_that_never_answers_is_given_up_and_asked_again_later()
    {
        _store.Hold();
        var waiting = Get("a");
        await _store.Asked();
        _time.Advance(SecretCache.LongestFetch);
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Soon(waiting));
        _store.HoldNoMore();
        _time.Advance(SecretCache.Pause);

        Assert.Equal("a-2", await Soon(Get("a")));
    }

    [Fact]
    public void Four_fetches_fit_into_the_minute_that_a_deliverys_calls_leave_of_its_lock() =>
        Assert.InRange(4 * SecretCache.LongestFetch, TimeSpan.Zero, TimeSpan.FromSeconds(59));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_failed_fetch_the_store_is_left_alone_for_a_while_and_all_are_told_the_same(bool isOutage)
    {
        _store.Value = _ => throw new CredentialUnavailableException("no") { IsOutage = isOutage };
        for (var second = 0; second < 60; second++)
        {
            var callers = Enumerable.Range(0, 50).Select(_ => Get("a")).ToList();
            foreach (var caller in callers)
            {
                Assert.Equal(
                    "no",
                    (await Assert.ThrowsAsync<CredentialUnavailableException>(() => Soon(caller))).Message
                );
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(6, _store.Fetches);
        Assert.Equal(6, _log.Lines.Count);
    }

    [Fact]
    public async Task A_failed_fetch_is_forgotten_after_the_pause()
    {
        Break();
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("a"));
        _store.Value = _ => "there";
        _time.Advance(SecretCache.Pause - TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("a"));

        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("there", await Get("a"));
        Assert.Contains(_log.Lines, line => line.Contains("secret.recovered a", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_the_store_is_down_the_last_good_value_is_used_for_its_bounded_time_and_no_longer()
    {
        await Get("a");
        Break();
        _time.Advance(SecretCache.Lifetime);
        Assert.Equal("a-1", await Get("a"));
        for (var next = 2; _time.GetUtcNow() < Start + SecretCache.LastGoodLifetime - TimeSpan.FromMinutes(10); next++)
        {
            _time.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal("a-1", await Get("a"));
            await LoggedAsync("secret.stale", next);
        }

        _time.AdvanceTo(Start + SecretCache.LastGoodLifetime - TimeSpan.FromTicks(1));
        Assert.Equal("a-1", await Get("a"));
        _time.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("a"));
    }

    [Fact]
    public void The_last_good_value_is_used_for_4_hours() =>
        Assert.Equal(TimeSpan.FromHours(4), SecretCache.LastGoodLifetime);

    [Fact]
    public async Task Once_the_store_is_known_to_be_down_nobody_waits_for_it_while_the_last_good_value_may_be_used()
    {
        await DownAfterAsync("a");
        _time.Advance(SecretCache.Pause);
        _store.Hold();

        var callers = Enumerable.Range(0, 100).Select(_ => Get("a"));

        Assert.All(await Soon(Task.WhenAll(callers)), value => Assert.Equal("a-1", value));
        await _store.Asked();
        Assert.Equal(3, _store.Fetches);
        _store.Release();
    }

    [Fact]
    public async Task A_store_that_comes_back_is_noticed_and_its_value_used()
    {
        await DownAfterAsync("a");
        _store.Value = _ => "new";
        _time.Advance(SecretCache.Pause);

        Assert.Equal("a-1", await Get("a"));
        await LoggedAsync("secret.recovered", 1);

        Assert.Equal("new", await Get("a"));
        _time.Advance(SecretCache.Lifetime - TimeSpan.FromTicks(1));
        Assert.Equal("new", await Get("a"));
        Assert.Equal(3, _store.Fetches);
    }

    [Fact]
    public async Task A_value_that_the_store_says_is_gone_is_used_no_more_even_if_the_store_fails_afterwards()
    {
        await Get("a");
        _store.Value = _ => throw new CredentialUnavailableException("There is no secret 'a'.");
        _time.Advance(SecretCache.Lifetime);
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("a"));
        Break();
        _time.Advance(SecretCache.Pause);

        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("a"));
    }

    [Fact]
    public async Task A_refused_value_is_not_used_again_until_the_store_has_confirmed_it()
    {
        await Get("a");
        Break();
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Refresh("a", "a-1"));
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Refresh("a", "a-1"));
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("a"));
        Assert.Equal(2, _store.Fetches);
        _time.Advance(SecretCache.Pause);
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("a"));

        _store.Value = _ => "a-1";
        _time.Advance(SecretCache.Pause);

        Assert.Equal("a-1", await Get("a"));
    }

    [Fact]
    public async Task A_last_good_value_that_is_refused_is_used_no_more()
    {
        await DownAfterAsync("a");

        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Refresh("a", "a-1"));
        await Assert.ThrowsAsync<CredentialUnavailableException>(() => Get("a"));
    }

    [Fact]
    public async Task Another_value_than_the_refused_one_stays_in_use_while_the_store_is_down()
    {
        await DownAfterAsync("a");

        Assert.Equal("a-1", await Refresh("a", "a-0"));
        Assert.Equal("a-1", await Get("a"));
    }

    [Fact]
    public void What_is_known_of_a_secret_does_not_show_it() =>
        Assert.DoesNotContain(
            "hidden",
            CachedSecret.Unknown.Confirm("hidden", _time.GetUtcNow()).ToString(),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_caller_that_gives_up_breaks_no_other_and_costs_no_second_fetch()
    {
        _store.Hold();
        using var givingUp = new CancellationTokenSource();
        var first = _cache.GetAsync("a", givingUp.Token);
        await _store.Asked();
        var others = Enumerable.Range(0, 10).Select(_ => Get("a")).ToList();

        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(first));
        _store.Release();

        Assert.All(await Soon(Task.WhenAll(others)), value => Assert.Equal("a-1", value));
        Assert.Equal(1, _store.Fetches);
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

        var store = new ConfigurationSecretStore(settings);

        Assert.Equal(expected, ConfigurationSecretStore.Find(settings, name));
        if (expected is not null)
        {
            Assert.Equal(expected, await store.GetAsync(name, default));
            return;
        }

        var error = await Assert.ThrowsAsync<CredentialUnavailableException>(() => store.GetAsync(name, default));
        Assert.Equal(
            ($"There is no secret '{name}': set Credentials__{name}.", false),
            (error.Message, error.IsOutage)
        );
    }

    private static DateTimeOffset Start { get; } = new ManualTime().GetUtcNow();

    private void Break() => _store.Value = _ => throw new InvalidOperationException("vault is down");

    // The value is known, has outlived its time, and the fetch that was to renew it has failed.
    private async Task DownAfterAsync(string name)
    {
        await Get(name);
        Break();
        _time.Advance(SecretCache.Lifetime);
        await Get(name);
        await LoggedAsync("secret.stale", 1);
    }

    // For fetches that nobody waits for.
    private Task LoggedAsync(string words, int times) =>
        _log.WaitForAsync(words, times).WaitAsync(TimeSpan.FromSeconds(30));

    private Task<string> Get(string name) => _cache.GetAsync(name, CancellationToken.None);

    private Task<string> Refresh(string name, string refused) =>
        _cache.RefreshAsync(name, refused, CancellationToken.None);

    private static Task<T> Soon<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30));
}
