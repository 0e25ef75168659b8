using System.Net;
using OrderFunctions.App.Credentials;
using OrderFunctions.Credentials;
using OrderFunctions.TestKit;

namespace OrderFunctions.Tests.Credentials;

public sealed class KeyVaultSecretStoreTests : IDisposable
{
    private const string Name = "duel-bearer-token";
    private readonly ManualTime _time = new();
    private readonly FakeVault _vault = new();

    public void Dispose() => _vault.Dispose();

    [Fact]
    public async Task A_secret_is_read_with_a_token_for_the_tenant_and_the_resource_that_the_vault_names()
    {
        _vault[Name] = "t-1";

        Assert.Equal("t-1", await _vault.Store(_time).GetAsync(Name, default));

        var asked = Assert.Single(_vault.Credential.Asked);
        Assert.Equal(["https://vault.azure.net/.default"], asked.Scopes);
        Assert.Equal(FakeVault.Tenant, asked.TenantId);
    }

    [Fact]
    public async Task Each_read_gives_what_the_vault_has_by_then()
    {
        var store = _vault.Store(_time);
        _vault[Name] = "t-1";
        Assert.Equal("t-1", await store.GetAsync(Name, default));
        _vault[Name] = "t-2";

        Assert.Equal("t-2", await store.GetAsync(Name, default));
    }

    [Fact]
    public async Task A_vault_that_stumbles_is_asked_again_at_once()
    {
        _vault[Name] = "t-1";
        var answers = new Queue<HttpStatusCode>([HttpStatusCode.ServiceUnavailable, HttpStatusCode.TooManyRequests]);
        _vault.Instead = () =>
            answers.TryDequeue(out var status)
                ? new HttpResponseMessage(status) { Content = new StringContent("") }
                : null;

        Assert.Equal("t-1", await _vault.Store(_time).GetAsync(Name, default));
    }

    [Fact]
    public void The_clients_attempts_and_waits_fit_into_the_longest_fetch()
    {
        var retry = KeyVaultSecretStore.ClientOptions().Retry;

        // The client adds up to a fifth to its waits.
        var longest = ((retry.MaxRetries + 1) * retry.NetworkTimeout) + (retry.MaxRetries * retry.MaxDelay * 1.2);

        Assert.InRange(longest, TimeSpan.FromSeconds(5), SecretCache.LongestFetch);
    }

    [Fact]
    public async Task A_missing_secret_is_named_with_its_vault_and_what_to_do()
    {
        var error = await FailAsync();

        Assert.Equal(
            "The secret 'duel-bearer-token' is not in https://shop.vault.azure.net/: add it under that name, or recover it if it was deleted.",
            error.Message
        );
        Assert.False(error.IsOutage);
        Assert.Equal(1, _vault.Fetches);
    }

    [Theory]
    [InlineData(
        "SecretDisabled",
        "The secret 'duel-bearer-token' in https://shop.vault.azure.net/ is disabled: enable it, or add a new version."
    )]
    [InlineData(
        "ForbiddenByRbac",
        "https://shop.vault.azure.net/ does not let the app read the secret 'duel-bearer-token': give its identity the role Key Vault Secrets User."
    )]
    [InlineData(
        "ForbiddenByFirewall",
        "https://shop.vault.azure.net/ let nobody from here read the secret 'duel-bearer-token': allow the app's network in the vault's firewall."
    )]
    [InlineData(
        "ForbiddenByConnection",
        "https://shop.vault.azure.net/ let nobody from here read the secret 'duel-bearer-token': allow the app's network in the vault's firewall."
    )]
    public async Task A_forbidden_secret_is_told_with_what_forbids_it(string innerCode, string expected)
    {
        _vault.Refuse(innerCode);

        var error = await FailAsync();

        Assert.Equal((expected, false, 1), (error.Message, error.IsOutage, _vault.Fetches));
    }

    [Fact]
    public async Task An_expired_secret_is_not_used_though_the_vault_gives_it_out()
    {
        _vault.Set(Name, "t-1", expires: _time.GetUtcNow() + TimeSpan.FromMinutes(1));
        Assert.Equal("t-1", await _vault.Store(_time).GetAsync(Name, default));
        _time.Advance(TimeSpan.FromMinutes(1));

        var error = await FailAsync();

        Assert.Equal(
            "The secret 'duel-bearer-token' in https://shop.vault.azure.net/ expired at 2026-11-21 12:01Z: add a new version, or move its expiry.",
            error.Message
        );
        Assert.False(error.IsOutage);
    }

    [Fact]
    public async Task A_secret_of_tomorrow_is_not_used_today()
    {
        _vault.Set(Name, "t-1", notBefore: _time.GetUtcNow() + TimeSpan.FromDays(1));

        Assert.Contains("is not valid before 2026-11-22 12:00Z", (await FailAsync()).Message, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("t-1", await _vault.Store(_time).GetAsync(Name, default));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" ", "is empty")]
    [InlineData("hidden-value\n", "has a line end")]
    [InlineData("hidden-value\r\n", "has a line end")]
    [InlineData("hidden-\u0000value", "has a line end")]
    public async Task A_value_that_no_header_could_carry_is_told_without_showing_it(string value, string expected)
    {
        _vault[Name] = value;

        var error = await FailAsync();

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-", error.ToString(), StringComparison.Ordinal);
        Assert.False(error.IsOutage);
    }

    [Theory]
    [InlineData(401, "did not accept the app's token (401)")]
    [InlineData(408, "it answered 408")]
    [InlineData(429, "asked too often (429)")]
    [InlineData(500, "it answered 500")]
    [InlineData(503, "it answered 503")]
    public async Task A_vault_in_trouble_is_an_outage(int status, string expected)
    {
        _vault.Answer((HttpStatusCode)status, "{}");

        AssertOutage(expected, await FailAsync());
    }

    [Fact]
    public async Task Another_answer_is_the_vaults_word_and_no_outage()
    {
        _vault.Answer(HttpStatusCode.BadRequest, """{"error":{"code":"BadParameter","message":"no"}}""");

        var error = await FailAsync();

        Assert.Contains("https://shop.vault.azure.net/ answered 400", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsOutage);
    }

    [Fact]
    public async Task A_vault_that_cannot_be_reached_is_an_outage_after_three_tries()
    {
        _vault.BreakConnections();

        AssertOutage("no connection; check KeyVault__Uri", await FailAsync());
        Assert.Equal(3, _vault.Fetches);
    }

    [Fact]
    public async Task A_token_that_is_not_to_be_had_is_an_outage_whatever_its_giver_answered()
    {
        _vault.Credential.IsBroken = true;

        AssertOutage("check AZURE_CLIENT_ID", await FailAsync());
        Assert.Equal(0, _vault.Fetches);
    }

    [Theory]
    [InlineData("<html>Sign in to the hotel's network</html>")]
    [InlineData("""{"value":"hidden-value""")]
    public async Task An_answer_that_is_not_Key_Vaults_is_an_outage_and_shows_no_value(string body)
    {
        _vault.Answer(HttpStatusCode.OK, body);

        var error = await FailAsync();

        AssertOutage("could not be read", error);
        Assert.DoesNotContain("hidden-value", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_that_was_cut_short_is_an_outage()
    {
        _vault.Hold();
        using var limit = new CancellationTokenSource();
        var reading = _vault.Store(_time).GetAsync(Name, limit.Token);
        await _vault.AskedAsync();
        await limit.CancelAsync();

        AssertOutage("no answer in time", await Assert.ThrowsAsync<CredentialUnavailableException>(() => reading));
    }

    private static void AssertOutage(string expected, CredentialUnavailableException error)
    {
        Assert.StartsWith(
            "The secret 'duel-bearer-token' could not be fetched from https://shop.vault.azure.net/: ",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.True(error.IsOutage);
        Assert.NotNull(error.InnerException);
    }

    private Task<CredentialUnavailableException> FailAsync() =>
        Assert.ThrowsAsync<CredentialUnavailableException>(() => _vault.Store(_time).GetAsync(Name, default));
}
