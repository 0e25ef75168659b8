using Microsoft.Extensions.Configuration;
using OrderFunctions.Hosting;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Sandbox;

namespace OrderFunctions.Core.Tests.Hosting;

public sealed class ProviderSettingsTests
{
    [Fact]
    public void Without_settings_every_provider_is_there_and_disabled()
    {
        var providers = Read();

        Assert.Equal(
            SandboxProviders.Create(TimeProvider.System).Select(api => api.Name),
            providers.Select(provider => provider.Name)
        );
        Assert.All(providers, provider => Assert.False(provider.Options.Enabled, provider.Name));
    }

    [Theory]
    [InlineData("duel", "https://api.duel.me/")]
    [InlineData("avantlink", "https://client.avantlink.com/")]
    [InlineData("retrack", "https://retrack.refunder.com/")]
    [InlineData("katalys", "https://db.revoffers.com/")]
    public void Without_settings_a_provider_has_its_own_address(string name, string address) =>
        Assert.Equal(address, Read().Single(provider => provider.Name == name).Options.BaseUrl.AbsoluteUri);

    [Fact]
    public void The_least_that_each_provider_needs_is_enough()
    {
        var providers = Read(
            "Duel:Enabled=true",
            "AvantLink:Enabled=true",
            "AvantLink:MerchantId=0b7f3f0e-3b1c-4a53-9d0e-6a4fd0b0c1a2",
            // As azd sets what nobody has stated.
            "AvantLink:ReturnsMerchantId=",
            "Retrack:Enabled=true",
            "Retrack:EventId=1f80e399-6f55-4cef-b8b0-0f74752c1ceb",
            "Katalys:Enabled=true",
            "Katalys:SiteId=abcdefg.com"
        );

        Assert.Equal(
            ["duel", "avantlink", "retrack", "katalys"],
            providers.Where(provider => provider.Options.Enabled).Select(provider => provider.Name)
        );
    }

    [Fact]
    public void Names_are_read_without_regard_to_case_and_values_are_bound()
    {
        var duel = Assert.IsType<DuelProvider>(
            Read(
                "DUEL:enabled=True",
                "DUEL:authentication=bearer",
                "DUEL:BaseUrl=http://localhost:5001/duel",
                "DUEL:RetryDelays:0=00:06:00",
                "DUEL:RetryDelays:1=01:00:00",
                "DUEL:RequestsPerMinute=100",
                "DUEL:TimeoutSeconds=10"
            )[0]
        );

        Assert.Equal(DuelAuthentication.Bearer, duel.Options.Authentication);
        Assert.Equal("http://localhost:5001/duel", duel.Options.BaseUrl.AbsoluteUri);
        Assert.Equal([TimeSpan.FromMinutes(6), TimeSpan.FromHours(1)], duel.RetryDelays);
        Assert.Equal((100, 10, 3), (duel.RequestsPerMinute, duel.Options.TimeoutSeconds, duel.MostAttempts));
    }

    [Fact]
    public void An_unknown_provider_stops_the_start_and_the_known_ones_are_named() =>
        AssertProblem(["Providers__Shopify", "Duel, AvantLink, Retrack, Katalys"], "Shopify:Enabled=true");

    [Theory]
    [InlineData("Dual:Enabled=true", "Providers__Dual is no setting; did you mean Providers__Duel?")]
    [InlineData("Duel:Enabeld=true", "Providers__Duel__Enabeld is no setting; did you mean Providers__Duel__Enabled?")]
    [InlineData(
        "DUEL:BaseUri=https://x",
        "Providers__Duel__BaseUri is no setting; did you mean Providers__Duel__BaseUrl?"
    )]
    public void A_misspelt_name_stops_the_start_and_the_right_one_is_named(string setting, string sentence) =>
        AssertProblem([sentence], setting);

    [Fact]
    public void A_secret_under_a_misspelt_name_is_named_beside_the_one_that_is_missing()
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("Providers:Duel:Enabled", "true"),
                new("Credentials:duel-basic-usrname", "user"),
                new("Credentials:duel-basic-password", ""),
            ])
            .Build();

        var error = Assert.Throws<SettingsException>(() => new ProviderSettings(settings, _ => false).Read());

        Assert.Equal(
            [
                "Credentials__duel-basic-username is missing: duel is enabled and needs it. Is it Credentials__duel-basic-usrname, misspelt?",
                "Credentials__duel-basic-password is missing: duel is enabled and needs it.",
            ],
            error.Problems
        );
    }

    [Fact]
    public void Of_a_provider_every_value_that_can_not_be_read_is_told_once_and_at_once()
    {
        var error = Assert.Throws<SettingsException>(() =>
            Read(
                "Retrack:Enabled=true",
                "Retrack:EventId=sale",
                "Retrack:TimeoutSeconds=30s",
                "Retrack:RetryDelays=soon"
            )
        );

        Assert.Equal(
            [
                "Providers__Retrack__EventId is 'sale'; it must be a UUID.",
                "Providers__Retrack__RetryDelays is a list: set Providers__Retrack__RetryDelays__0, Providers__Retrack__RetryDelays__1, ..., each a time span, such as 00:05:00.",
                "Providers__Retrack__TimeoutSeconds is '30s'; it must be a whole number.",
            ],
            error.Problems
        );
    }

    [Theory]
    [InlineData("Duel:Enabled=yes", "Enabled")]
    [InlineData("Duel:Authentication=Digest", "Authentication")]
    [InlineData("Duel:TimeoutSeconds=30s", "TimeoutSeconds")]
    [InlineData("Duel:RetryDelays:0=soon", "RetryDelays")]
    [InlineData("AvantLink:MerchantId=10240", "MerchantId")]
    [InlineData("Retrack:EventId=sale", "EventId")]
    public void A_value_that_can_not_be_read_stops_the_start_and_its_setting_is_named(string setting, string name) =>
        AssertProblem([$"Providers__{setting.Split(':')[0]}", name], setting);

    [Theory]
    [InlineData("Duel:BaseUrl=http://api.duel.me")]
    [InlineData("Duel:BaseUrl=http://10.0.0.4/duel")]
    [InlineData("Duel:BaseUrl=api.duel.me")]
    [InlineData("Duel:BaseUrl=/duel")]
    [InlineData("Duel:BaseUrl=ftp://api.duel.me")]
    [InlineData("Duel:BaseUrl=")]
    public void Credentials_never_travel_to_an_address_that_is_not_https(string setting) =>
        AssertProblem(["Providers__Duel__BaseUrl", "https"], "Duel:Enabled=true", setting);

    [Theory]
    [InlineData("https://sandbox.example.com/duel")]
    [InlineData("http://localhost:5001/duel")]
    [InlineData("http://127.0.0.1:5001")]
    [InlineData("http://[::1]:5001")]
    public void An_https_address_and_this_machine_are_fine(string address) =>
        Read("Duel:Enabled=true", $"Duel:BaseUrl={address}");

    [Theory]
    [InlineData("ReturnsMerchantId", "0")]
    [InlineData("ReturnsMerchantId", "-5")]
    [InlineData("ReturnsMerchantId", "0b7f3f0e-3b1c-4a53-9d0e-6a4fd0b0c1a2")]
    [InlineData("ReturnsCurrency", "Dollars")]
    [InlineData("ReturnsCurrency", "usd")]
    public void What_AvantLink_s_file_could_not_have_stops_the_start(string setting, string value) =>
        AssertProblem(
            [$"Providers__AvantLink__{setting} is"],
            "AvantLink:Enabled=true",
            "AvantLink:MerchantId=0b7f3f0e-3b1c-4a53-9d0e-6a4fd0b0c1a2",
            $"AvantLink:{setting}={value}"
        );

    [Theory]
    [InlineData("AvantLink", "MerchantId")]
    [InlineData("Retrack", "EventId")]
    [InlineData("Katalys", "SiteId")]
    public void A_provider_enabled_without_its_id_stops_the_start(string provider, string id) =>
        AssertProblem([$"Providers__{provider}__{id} is missing"], $"{provider}:Enabled=true");

    [Fact]
    public void A_provider_enabled_without_its_secrets_stops_the_start_where_that_can_be_told()
    {
        var settings = Configuration("Duel:Enabled=true", "Retrack:Enabled=false");

        var error = Assert.Throws<SettingsException>(() =>
            new ProviderSettings(settings, secret => secret == "duel-basic-username").Read()
        );

        var problem = Assert.Single(error.Problems);
        Assert.Contains("Credentials__duel-basic-password", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_disabled_provider_lacks_is_no_problem() => Read("Katalys:Enabled=false", "Duel:Enabled=false");

    [Theory]
    [InlineData("Duel", "0", false)]
    [InlineData("Duel", "-1", false)]
    [InlineData("Duel", "1", true)]
    [InlineData("Duel", "120", true)]
    [InlineData("Duel", "121", false)]
    [InlineData("Katalys", "40", true)]
    [InlineData("Katalys", "41", false)]
    public void A_time_out_must_leave_a_deliverys_calls_within_the_messages_lock(
        string provider,
        string seconds,
        bool isFine
    )
    {
        string[] settings =
        [
            $"{provider}:Enabled=true",
            "Katalys:SiteId=abcdefg.com",
            $"{provider}:TimeoutSeconds={seconds}",
        ];
        if (isFine)
        {
            Read(settings);
        }
        else
        {
            AssertProblem([$"Providers__{provider}__TimeoutSeconds is {seconds}", "lock"], settings);
        }
    }

    [Theory]
    [InlineData("00:10:00")]
    [InlineData("-00:00:01")]
    public void Quick_retries_must_come_within_the_messages_lock(string delay) =>
        AssertProblem(
            ["Providers__Katalys__QuickRetryDelay"],
            "Katalys:Enabled=true",
            "Katalys:SiteId=abcdefg.com",
            $"Katalys:QuickRetryDelay={delay}"
        );

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("-00:05:00")]
    [InlineData("14.00:00:00")]
    public void A_retry_must_come_after_now_and_within_the_messages_time_to_live(string delay) =>
        AssertProblem(
            ["Providers__Katalys__RetryDelays__1", "14 days"],
            "Katalys:Enabled=true",
            "Katalys:SiteId=abcdefg.com",
            "Katalys:RetryDelays:0=00:00:30",
            $"Katalys:RetryDelays:1={delay}"
        );

    [Fact]
    public void A_limit_below_1_request_a_minute_stops_the_start() =>
        AssertProblem(["Providers__Duel__RequestsPerMinute is 0"], "Duel:Enabled=true", "Duel:RequestsPerMinute=0");

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var error = Assert.Throws<SettingsException>(() =>
            Read(
                "Duel:Enabled=true",
                "Duel:RequestsPerMinute=1501",
                "Duel:TimeoutSeconds=0",
                "Duel:RetryDelays:0=00:04:00",
                "AvantLink:Enabled=true",
                "Retrack:EventId=sale",
                "Katalys:Enabled=true",
                "Katalys:BaseUrl=http://db.revoffers.com",
                "Shopify:Enabled=true"
            )
        );

        string[] expected =
        [
            "Providers__Retrack",
            "Providers__Shopify",
            "Providers__Duel__TimeoutSeconds",
            "Providers__Duel__RequestsPerMinute",
            "Providers__Duel__RetryDelays",
            "Providers__AvantLink__MerchantId",
            "Providers__Katalys__BaseUrl",
            "Providers__Katalys__SiteId",
        ];
        Assert.All(
            expected,
            name => Assert.Single(error.Problems, problem => problem.StartsWith(name, StringComparison.Ordinal))
        );
        Assert.Equal(expected.Length, error.Problems.Count);
        Assert.All(
            error.Problems,
            problem => Assert.Contains($"error: {problem}", error.Message, StringComparison.Ordinal)
        );
    }

    private static IReadOnlyList<Provider> Read(params string[] settings) =>
        new ProviderSettings(Configuration(settings)).Read();

    private static IConfigurationRoot Configuration(params string[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings
                    .Select(setting => setting.Split('=', 2))
                    .Select(pair => KeyValuePair.Create<string, string?>($"Providers:{pair[0]}", pair[1]))
            )
            .Build();

    private static void AssertProblem(string[] words, params string[] settings)
    {
        var error = Assert.Throws<SettingsException>(() => Read(settings));

        var problem = Assert.Single(error.Problems);
        Assert.All(words, word => Assert.Contains(word, problem, StringComparison.Ordinal));
    }
}
