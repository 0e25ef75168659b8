using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Endpoints.Pages;
using OrderFunctions.Hosting;
using OrderFunctions.Providers.Duel;

namespace OrderFunctions.Core.Tests.Hosting;

/// <summary>What both hosts say of their settings when they start.</summary>
public sealed class StartTests
{
    [Fact]
    public void Every_problem_of_every_section_is_told_at_once_in_lines_that_the_Functions_host_keeps_as_errors()
    {
        var error = Assert.Throws<SettingsException>(() =>
            Start(
                ("Provider:Duel:Enabled", "true"),
                ("Providers:Duel:Enabeld", "true"),
                ("Intake:FutureTolerance", "2.00:00:00"),
                ("Redirect:AllowedHosts:0", "https://shop.example\n")
            )
        );

        var lines = error.Message.Split(Environment.NewLine);
        Assert.All(lines, line => Assert.StartsWith("error: ", line, StringComparison.Ordinal));
        Assert.Equal(1 + 4, lines.Length);
        Assert.All(
            ["Provider__", "Providers__Duel__Enabeld", "Intake__FutureTolerance", "Redirect__AllowedHosts__0"],
            name => Assert.Single(error.Problems, problem => problem.StartsWith(name, StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("Provider:Duel:Enabled", "Providers__")]
    [InlineData("PROVIDRES:Duel:Enabled", "Providers__")]
    [InlineData("Credential:duel-bearer-token", "Credentials__")]
    [InlineData("Redirects:AllowedHosts:0", "Redirect__")]
    [InlineData("Storefronts:ClientAddressHeader", "Storefront__")]
    [InlineData("Intak:FutureTolerance", "Intake__")]
    [InlineData("Ledgr:Retention", "Ledger__")]
    [InlineData("OperatorEvent:Url", "OperatorEvents__")]
    public void A_misspelt_section_stops_the_start_and_the_right_one_is_named(string name, string meant)
    {
        var error = Assert.Throws<SettingsException>(() => Start((name, "true")));

        Assert.Contains($"did you mean {meant}", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PROVIDER")]
    [InlineData("Shopify:Provider")]
    [InlineData("REDIS:Host")]
    [InlineData("npm_config:intake")]
    public void Settings_of_other_programs_are_left_alone(string name)
    {
        Start((name, "x"));
    }

    [Theory]
    [InlineData("https://shop.example")]
    [InlineData("shop.example:443")]
    [InlineData("shop.example/")]
    [InlineData("*.shop.example")]
    [InlineData("")]
    public void A_host_to_redirect_to_is_a_name_alone(string host)
    {
        var error = Assert.Throws<SettingsException>(() => Start(("Redirect:AllowedHosts:0", host)));

        Assert.Equal(
            $"Redirect__AllowedHosts__0 is '{host}'; it must be a host name alone, such as shop.example.",
            Assert.Single(error.Problems)
        );
        Start(("Redirect:AllowedHosts:0", "shop.example"), ("Redirect:AllowedHosts:1", "localhost"));
    }

    [Theory]
    [InlineData("Storefront:AllowedOrigins:0", "shop.example", "Storefront__AllowedOrigins__0 is 'shop.example'; ")]
    [InlineData("Storefront:AllowedOrigins:0", "https://shop.example/", "Storefront__AllowedOrigins__0 is ")]
    [InlineData("Storefront:AllowedOrigins:0", "http://shop.example", "Storefront__AllowedOrigins__0 is ")]
    [InlineData("Storefront:AllowedOrigins:0", "*", "Storefront__AllowedOrigins__0 is ")]
    [InlineData("Storefront:ClientAddressHeader", "X Real", "Storefront__ClientAddressHeader is 'X Real'; ")]
    [InlineData("Redirect:Home", "/", "Redirect__Home is ")]
    [InlineData("Redirect:Home", "javascript:alert(1)", "Redirect__Home is ")]
    [InlineData("Redirect:CookieDomain", "https://shop.example", "Redirect__CookieDomain is ")]
    [InlineData("Redirect:CookieDomain", "localhost", "Redirect__CookieDomain is ")]
    [InlineData("Redirect:CookieDomain", "shop.example; secure", "Redirect__CookieDomain is ")]
    public void What_the_shop_s_pages_need_is_checked_at_start(string name, string value, string problem)
    {
        var error = Assert.Throws<SettingsException>(() => Start((name, value)));

        Assert.StartsWith(problem, Assert.Single(error.Problems), StringComparison.Ordinal);
        Start(
            ("Storefront:AllowedOrigins:0", "https://shop.example"),
            ("Storefront:AllowedOrigins:1", "https://shop.example:8443"),
            ("Storefront:AllowedOrigins:2", "http://localhost:3000"),
            ("Storefront:ClientAddressHeader", "X-Azure-ClientIP"),
            ("Redirect:Home", "https://shop.example/"),
            ("Redirect:CookieDomain", "shop.example")
        );
    }

    [Fact]
    public void A_start_with_every_provider_disabled_is_warned_of()
    {
        var (off, on) = (new DuelProvider(new DuelOptions()), new DuelProvider(new DuelOptions { Enabled = true }));

        Assert.StartsWith(
            "warning: Every provider is disabled",
            AttemptBudget.Warning([off, off]),
            StringComparison.Ordinal
        );
        Assert.Null(AttemptBudget.Warning([off, on]));
    }

    [Fact]
    public async Task A_host_whose_settings_do_not_allow_a_start_ends_with_1()
    {
        Assert.Equal(1, await HostStart.RunAsync(() => throw new SettingsException(["Local__ApiKey is wrong."])));
        Assert.Equal(7, await HostStart.RunAsync(() => Task.FromResult(7)));
    }

    private static void Start(params IEnumerable<(string Name, string Value)> settings) =>
        new ServiceCollection().AddOrderFunctions(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value))
                )
                .Build()
        );
}
