using System.Diagnostics.Tracing;
using System.Net;
using System.Text.Json;
using Azure.Core.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Retrack;
using OrderFunctions.TestKit;

namespace OrderFunctions.Tests.Credentials;

/// <summary>Deliveries whose secrets come from Key Vault, through the cache and the real client.</summary>
public sealed class KeyVaultDeliveryTests : IAsyncLifetime, IDisposable
{
    private const string Retrack = "retrack";
    private const string Secret = RetrackProvider.Token;

    // And nothing of the vault: whoever asks has no key.
    private const string NotToBeHad = "is not to be had; the log and the ledger say why";

    private readonly FakeVault _vault = new();
    private Rig _rig = null!;

    public async Task InitializeAsync()
    {
        _vault[DuelProvider.BasicUsername] = DuelApi.User.Default;
        _vault[DuelProvider.BasicPassword] = DuelApi.Password.Default;
        _vault[Secret] = RetrackApi.Token.Default;
        _rig = await Rig.StartAsync(time => _vault.Store(time));
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    public void Dispose() => _vault.Dispose();

    [Fact]
    public async Task Many_deliveries_share_one_fetch_for_as_long_as_a_secret_is_kept()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(DeliveryState.Delivered, (await TellAsync($"o-{i}")).State);
        }

        Assert.Equal(1, _vault.Fetches);
        _rig.Time.Advance(SecretCache.Lifetime);
        await TellAsync("o-20");
        Assert.Equal(2, _vault.Fetches);
    }

    [Fact]
    public async Task A_hundred_callers_at_once_cost_one_request()
    {
        _vault.Hold();
        var callers = Enumerable.Range(0, 100).Select(_ => _rig.Secrets.GetAsync(Secret, default)).ToList();
        await _vault.AskedAsync();
        _vault.Release();

        Assert.All(await Task.WhenAll(callers), value => Assert.Equal(RetrackApi.Token.Default, value));
        Assert.Equal(1, _vault.Fetches);
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_end_the_request_for_the_others()
    {
        _vault.Hold();
        using var givingUp = new CancellationTokenSource();
        var first = _rig.Secrets.GetAsync(Secret, givingUp.Token);
        await _vault.AskedAsync();
        var second = _rig.Secrets.GetAsync(Secret, default);
        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _vault.Release();

        Assert.Equal(RetrackApi.Token.Default, await second);
        Assert.Equal(1, _vault.Fetches);
    }

    [Fact]
    public async Task A_rotated_secret_is_used_once_the_old_one_has_outlived_its_time_though_nobody_refuses_it()
    {
        await TellAsync("o-1");
        _rig.Sandbox.State.Set(RetrackApi.Token, "rotated");
        _vault[Secret] = "rotated";
        _rig.Time.Advance(SecretCache.Lifetime);

        var entry = await TellAsync("o-2");

        Assert.Equal("delivered", Assert.Single(entry.Attempts, attempt => attempt.Outcome != "found").Outcome);
        Assert.DoesNotContain(entry.Attempts, attempt => attempt.StatusCode == 401);
    }

    [Fact]
    public async Task A_refused_secret_is_fetched_anew_and_the_new_one_used_at_once()
    {
        await TellAsync("o-1");
        _rig.Sandbox.State.Set(RetrackApi.Token, "rotated");
        _vault[Secret] = "rotated";

        var entry = await TellAsync("o-2");

        Assert.Equal(DeliveryState.Delivered, entry.State);
        Assert.Contains(entry.Attempts, attempt => attempt is { StatusCode: 401, Outcome: "credentialRefused" });
        Assert.Equal(2, _vault.Fetches);
    }

    [Fact]
    public async Task A_secret_that_is_still_refused_after_that_is_retried_and_told()
    {
        _rig.Sandbox.State.Set(RetrackApi.Token, "rotated");

        var entry = await TellAsync("o-1");

        Assert.Equal(DeliveryState.Retrying, entry.State);
        Assert.Equal(2, _vault.Fetches);
        await LoggedAsync("credential.rejected retrack", 1);

        _vault[Secret] = "rotated";
        await _rig.AdvanceAsync(entry.NextAttemptAt!.Value - _rig.Time.GetUtcNow());
        Assert.Equal(DeliveryState.Delivered, (await _rig.EntryAsync(Retrack, "o-1")).State);
    }

    [Fact]
    public async Task While_the_vault_is_down_the_last_good_secret_serves_for_its_time_then_deliveries_wait_until_it_is_back()
    {
        await TellAsync("o-1");
        _vault.Answer(HttpStatusCode.ServiceUnavailable);
        _rig.Time.Advance(SecretCache.Lifetime);
        Assert.Equal(DeliveryState.Delivered, (await TellAsync("o-2")).State);
        Assert.Equal("ok", await ReadyAsync());

        _rig.Time.Advance(SecretCache.LastGoodLifetime - SecretCache.Lifetime - TimeSpan.FromTicks(1));
        Assert.Equal(DeliveryState.Delivered, (await TellAsync("o-3")).State);
        await LoggedAsync("secret.stale", 2);
        _rig.Time.Advance(SecretCache.Pause);

        var waiting = await TellAsync("o-4");
        Assert.Equal((DeliveryState.Retrying, 0), (waiting.State, waiting.Attempts.Count));
        Assert.Contains("it answered 503", waiting.Reason, StringComparison.Ordinal);
        Assert.Equal(NotToBeHad, await ReadyAsync());

        _vault.Mend();
        await _rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(DeliveryState.Delivered, (await _rig.EntryAsync(Retrack, "o-4")).State);
        Assert.Equal("ok", await ReadyAsync());
        await LoggedAsync("secret.recovered", 1);
    }

    [Fact]
    public async Task A_vault_that_gives_nothing_is_not_asked_by_every_delivery()
    {
        _vault.Answer(HttpStatusCode.Forbidden, "{}");

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(DeliveryState.Retrying, (await TellAsync($"o-{i}")).State);
        }

        Assert.Equal(1, _vault.Fetches);
    }

    [Fact]
    public async Task A_secret_refused_while_the_vault_is_down_is_not_sent_again_and_again()
    {
        await TellAsync("o-1");
        _rig.Sandbox.State.Set(RetrackApi.Token, "rotated");
        _vault.BreakConnections();

        var entry = await TellAsync("o-2");
        Assert.Equal((DeliveryState.Retrying, 401), (entry.State, Assert.Single(entry.Attempts).StatusCode));
        Assert.Contains("credentials refused, and The secret", entry.Reason, StringComparison.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            await _rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        Assert.Single((await _rig.EntryAsync(Retrack, "o-2")).Attempts);
        Assert.Equal(NotToBeHad, await ReadyAsync());

        _vault.Mend();
        _vault[Secret] = "rotated";
        await _rig.AdvanceAsync(RetrySchedule.LongestWait);
        Assert.Equal(DeliveryState.Delivered, (await _rig.EntryAsync(Retrack, "o-2")).State);
    }

    [Theory]
    [InlineData(true, "is not in https://shop.vault.azure.net/")]
    [InlineData(false, "is disabled")]
    public async Task A_secret_that_was_deleted_or_disabled_is_used_no_longer_than_it_is_kept(
        bool isDeleted,
        string expected
    )
    {
        await TellAsync("o-1");
        if (isDeleted)
        {
            _vault.Delete(Secret);
        }
        else
        {
            _vault.Refuse("SecretDisabled");
        }

        _rig.Time.Advance(SecretCache.Lifetime);

        var entry = await TellAsync("o-2");

        Assert.Equal((DeliveryState.Retrying, 0), (entry.State, entry.Attempts.Count));
        Assert.Contains(expected, entry.Reason, StringComparison.Ordinal);
        Assert.Equal(NotToBeHad, await ReadyAsync());
    }

    [Fact]
    public async Task A_vault_that_wants_us_to_wait_longer_than_a_fetch_may_take_is_given_up()
    {
        await using var rig = await Rig.StartAsync(time => _vault.Store(time, patient: true));
        _vault.Answer(HttpStatusCode.TooManyRequests, retryAfter: 3600);
        var fetching = rig.Secrets.GetAsync(Secret, default);
        await _vault.AskedAsync();

        rig.Time.Advance(SecretCache.LongestFetch);

        var error = await Assert.ThrowsAsync<CredentialUnavailableException>(() =>
            fetching.WaitAsync(TimeSpan.FromSeconds(30))
        );
        Assert.Contains("no answer in time", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, _vault.Fetches);
    }

    [Fact]
    public async Task No_secret_and_no_token_is_in_any_log_or_ledger_though_the_client_logs_all_it_can()
    {
        using var lines = new LogBook();
        var logger = lines.CreateLogger("Azure");
        using var listener = new AzureEventSourceListener(
            (_, message) => logger.Log(LogLevel.Trace, 0, message, null, (text, _) => text),
            EventLevel.LogAlways
        );
        var kept = new List<string?>();

        foreach (
            var trouble in new Action[]
            {
                _vault.Mend,
                () => _vault.Answer(HttpStatusCode.ServiceUnavailable),
                () => _vault.Answer(HttpStatusCode.OK, $$"""{"value":"{{RetrackApi.Token.Default}}"""),
                () => _vault.Refuse("ForbiddenByRbac"),
                () => _vault[Secret] = $"{RetrackApi.Token.Default}\n",
            }
        )
        {
            _vault.Mend();
            trouble();
            _rig.Time.Advance(SecretCache.LastGoodLifetime);
            foreach (var provider in new[] { Retrack, "duel" })
            {
                var entry = await _rig.TellAsync(provider, json => json["order"]!["id"] = $"o-{kept.Count}");
                kept.AddRange([entry.Reason, .. entry.Attempts.Select(attempt => attempt.Detail), await ReadyAsync()]);
            }
        }

        var all = string.Join('\n', [.. kept, lines.ToString(), _rig.Log.ToString()]);
        Assert.Contains($"secrets/{Secret}", lines.ToString(), StringComparison.Ordinal);
        Assert.Contains("line end", all, StringComparison.Ordinal);
        Assert.All(
            [RetrackApi.Token.Default, DuelApi.User.Default, DuelApi.Password.Default, FakeCredential.Token],
            value => Assert.DoesNotContain(value, all, StringComparison.Ordinal)
        );
    }

    private Task<LedgerEntry> TellAsync(string orderId) =>
        _rig.TellAsync(Retrack, json => json["order"]!["id"] = orderId);

    private Task LoggedAsync(string words, int times) =>
        _rig.Log.WaitForAsync(words, times).WaitAsync(TimeSpan.FromSeconds(30));

    // What /health/ready says of Retrack's secret.
    private async Task<string> ReadyAsync()
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        using var body = new MemoryStream();
        context.Response.Body = body;
        await (await _rig.Health.ReadyAsync(default)).ExecuteAsync(context);
        using var json = JsonDocument.Parse(body.ToArray());
        var check = json.RootElement.GetProperty("checks").GetProperty($"secret {Secret}").GetString()!;
        Assert.True(check == "ok" || context.Response.StatusCode == 503, check);
        return check;
    }
}
