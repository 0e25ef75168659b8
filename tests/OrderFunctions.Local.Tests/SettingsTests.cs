using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Hosting;
using OrderFunctions.Ledger;

namespace OrderFunctions.Local.Tests;

public sealed class SettingsTests
{
    [Fact]
    public async Task Every_problem_with_the_settings_is_told_at_once()
    {
        var error = await Assert.ThrowsAsync<SettingsException>(() =>
            LocalSystem.StartAsync(
                null,
                "--Local:Sandbox",
                "false",
                "--Providers:AvantLink:Enabled",
                "true",
                "--Providers:Katalys:Enabled",
                "true",
                "--Providers:Duel:Enabled",
                "true",
                "--Providers:Duel:TimeoutSeconds",
                "600"
            )
        );

        Assert.Contains("Providers__AvantLink__MerchantId is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("Providers__Katalys__SiteId is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("Providers__Duel__TimeoutSeconds is 600", error.Message, StringComparison.Ordinal);
        Assert.Contains("Credentials__duel-basic-password is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_with_a_BaseUrl_of_its_own_gets_nothing_made_up()
    {
        var error = await Assert.ThrowsAsync<SettingsException>(() =>
            LocalSystem.StartAsync(
                null,
                "--Providers:Retrack:BaseUrl",
                "https://retrack.refunder.com",
                "--Providers:Retrack:Enabled",
                "true"
            )
        );

        Assert.Contains("Providers__Retrack__EventId is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("Credentials__retrack-bearer-token is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_sandbox_and_without_settings_it_starts_with_every_provider_disabled()
    {
        await using var system = await LocalSystem.StartAsync(null, "--Local:Sandbox", "false");
        using var accepted = await system.SubmitAsync();
        await system.IdleAsync();

        var order = await system.GetAsync("api/orders/1001");
        Assert.All(
            order.GetProperty("deliveries").EnumerateArray(),
            delivery =>
                Assert.Contains("is disabled", delivery.GetProperty("reason").GetString()!, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_misspelt_setting_of_the_redirect_page_is_told_along_with_the_others()
    {
        var error = await Assert.ThrowsAsync<SettingsException>(() =>
            LocalSystem.StartAsync(null, "--Redirect:AllowedHost:0", "x", "--Providers:Duel:TimeoutSeconds", "600")
        );

        Assert.Contains("AllowedHost", error.Message, StringComparison.Ordinal);
        Assert.Contains("Providers__Duel__TimeoutSeconds is 600", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_setting_of_the_host_stops_the_start_and_the_right_one_is_named()
    {
        var error = await Assert.ThrowsAsync<SettingsException>(() =>
            LocalSystem.StartAsync(null, "--Local:ApiKy", "x")
        );

        Assert.Equal(["Local__ApiKy is no setting; did you mean Local__ApiKey?"], error.Problems);
    }

    [Fact]
    public async Task What_is_wrong_with_the_host_its_addresses_the_sandbox_and_the_providers_is_told_at_once()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var error = await Assert.ThrowsAsync<SettingsException>(() =>
            LocalSystem.StartAsync(
                null,
                "--urls",
                "http://127.0.0.1:80x",
                "--Local:SandboxUrl",
                $"http://{taken.LocalEndpoint}",
                "--Local:ApiKey",
                "two words",
                "--Local:DuplicateWindow",
                "long",
                "--Locals:Sandbox",
                "false",
                "--KeyVault:Uri",
                "https://my-shop.vault.azure.net",
                "--Providers:Retrack:BaseUrl",
                "https://retrack.refunder.com",
                "--Providers:Duel:TimeoutSeconds",
                "600"
            )
        );

        string[] expected =
        [
            "--urls (ASPNETCORE_URLS) is 'http://127.0.0.1:80x'; ",
            $"Local__SandboxUrl is 'http://{taken.LocalEndpoint}', but the port is taken. ",
            "Local__ApiKey must be ",
            "Local__DuplicateWindow is 'long'; it must be a time span",
            "Locals__... are no settings; did you mean Local__...?",
            "KeyVault__Uri is set, but this host reads no vault: ",
            "Providers__Retrack__BaseUrl is set beside the sandbox: set Providers__Retrack__Enabled too",
            "Providers__Duel__TimeoutSeconds is 600; ",
        ];
        Assert.All(
            expected,
            start => Assert.Single(error.Problems, problem => problem.StartsWith(start, StringComparison.Ordinal))
        );
        Assert.Equal(expected.Length, error.Problems.Count);
    }

    [Fact]
    public async Task Every_contradiction_in_how_long_the_journal_keeps_things_is_told_at_once()
    {
        var error = await Assert.ThrowsAsync<SettingsException>(() =>
            LocalSystem.StartAsync(
                null,
                "--Local:DuplicateWindow",
                "00:00:00",
                "--Ledger:Retention",
                "13.00:00:00",
                "--Local:LedgerRetention",
                "90.00:00:00"
            )
        );

        Assert.Contains("Local__DuplicateWindow must be longer than nothing", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "Ledger__Retention is 13.00:00:00; it must be from 14 to 36500 days",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Local__LedgerRetention is called Ledger__Retention now",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("--Ledger:Retention", "29.00:00:00", "it must be from 30 to 36500 days")]
    [InlineData("--Ledger:RememberFor", "36501.00:00:00", "Ledger__RememberFor is 36501.00:00:00; it must be")]
    [InlineData("--Ledger:WaitForAttribution", "2.00:00:00", "Ledger__WaitForAttribution is 2.00:00:00; it must be")]
    [InlineData("--Ledger:Retention", "long", "Ledger__Retention is 'long'; it must be a time span")]
    [InlineData("--Ledger:Retntion", "29.00:00:00", "did you mean Ledger__Retention?")]
    [InlineData("--Ledgr:Retention", "29.00:00:00", "did you mean Ledger__...?")]
    public async Task A_wrong_setting_of_the_ledger_stops_the_start(string setting, string value, string problem)
    {
        var error = await Assert.ThrowsAsync<SettingsException>(() =>
            LocalSystem.StartAsync(null, "--Local:DuplicateWindow", "30.00:00:00", setting, value)
        );

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_journal_keeps_the_ledger_for_as_long_as_on_Azure_and_as_the_setting_says()
    {
        var local = new LocalOptions { DataDirectory = "/data" };

        var usual = local.JournalOptions(new LedgerOptions());
        Assert.Equal((180, 90), (usual.LedgerRetention.TotalDays, usual.RememberFor.TotalDays));
        var ledger = new LedgerOptions { Retention = TimeSpan.FromDays(20), RememberFor = TimeSpan.FromDays(10) };
        var set = local.JournalOptions(ledger);
        Assert.Equal((20, 10), (set.LedgerRetention.TotalDays, set.RememberFor.TotalDays));
    }

    [Fact]
    public void A_folder_with_a_null_character_in_its_name_is_refused_in_a_sentence() =>
        Assert.Equal(
            ["Local__DataDirectory has a null character in it: it must be the path of a folder."],
            new LocalOptions { DataDirectory = "/data\0" }.Problems()
        );

    [Fact]
    public void What_the_sandbox_was_told_does_not_stand_in_the_journal_of_what_the_platforms_were()
    {
        var sandbox = new LocalOptions { Sandbox = true }.Folder();
        var live = new LocalOptions { Sandbox = false }.Folder();

        Assert.Equal("sandbox", Path.GetFileName(sandbox));
        Assert.Equal("live", Path.GetFileName(live));
        Assert.Equal(Path.GetDirectoryName(sandbox), Path.GetDirectoryName(live));
        Assert.Equal(
            "/data",
            new LocalOptions { DataDirectory = "/data" }
                .Folder()
                .Replace('\\', '/')[^5..]
        );
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics")]
    [InlineData("System.Net.Http.HttpClient.Default.LogicalHandler")]
    public async Task What_would_write_a_call_s_address_and_with_it_its_key_only_warns(string category)
    {
        await using var system = await LocalSystem.StartAsync();
        var logger = system.Host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

        Assert.Equal((false, true), (logger.IsEnabled(LogLevel.Information), logger.IsEnabled(LogLevel.Warning)));
    }
}
