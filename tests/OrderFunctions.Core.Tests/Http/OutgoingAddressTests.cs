using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Hosting;
using OrderFunctions.Http;

namespace OrderFunctions.Core.Tests.Http;

/// <summary>No setting makes this machine ask a cloud for the machine's own credentials, in whatever spelling.</summary>
public sealed class OutgoingAddressTests
{
    public static TheoryData<string> Reserved =>
        [
            "https://169.254.169.254/latest/meta-data",
            "https://2852039166/",
            "https://0xa9fea9fe/",
            "https://0xA9.0xFE.0xA9.0xFE/",
            "https://0251.0376.0251.0376/",
            "https://169.254.43518/",
            "https://169.16689662/",
            "https://169。254。169。254/",
            "https://169.254.169.254:443/",
            "https://169.254.170.2/",
            "https://169.254.0.1/",
            "https://[::ffff:169.254.169.254]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://[0:0:0:0:0:FFFF:A9FE:A9FE]/",
            "https://[::169.254.169.254]/",
            "https://[64:ff9b::169.254.169.254]/",
            "https://[fe80::1]/",
            "https://[fe80::a9fe:a9fe%25eth0]/",
            "https://[febf::1]/",
            "https://[fd00:ec2::254]/",
            "https://[fd00:0ec2:0:0:0:0:0:254]/",
            "https://[fd20:ce::254]/",
            "https://100.100.100.200/",
            "https://168.63.129.16/",
            "https://192.0.0.192/",
            "https://metadata.google.internal/computeMetadata/v1",
            "https://METADATA.Google.Internal./",
            "https://metadata/",
        ];

    [Theory]
    [MemberData(nameof(Reserved))]
    public void An_address_that_a_cloud_keeps_for_its_machines_stops_the_start_wherever_it_is_set(string address)
    {
        var error = Assert.Throws<SettingsException>(() =>
            Start(
                ("Providers:Katalys:Enabled", "true"),
                ("Providers:Katalys:SiteId", "shop.example"),
                ("Providers:Katalys:BaseUrl", address),
                ("OperatorEvents:Url", address),
                ("Webhooks:WooCommerce:ApiUrl", address),
                ("Webhooks:WooCommerce:Shops:0", "outlet"),
                ("Webhooks:WooCommerce:ShopApiUrls:0", $"outlet={address}")
            )
        );

        Assert.Equal(
            new[]
            {
                "OperatorEvents__Url",
                "Providers__Katalys__BaseUrl",
                "Webhooks__WooCommerce__ApiUrl",
                "Webhooks__WooCommerce__ShopApiUrls__0",
            }.Select(name =>
                $"{name} must not be an address that a cloud keeps for its own machines (169.254.169.254 and its like)."
            ),
            error.Problems.Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("https://api.duel.me")]
    [InlineData("https://10.0.0.5/duel")]
    [InlineData("https://192.168.1.20:8443")]
    [InlineData("https://169.253.169.254")]
    [InlineData("https://[2001:db8::a9fe:a9fe]")]
    [InlineData("https://[fd00:ec3::254]")]
    [InlineData("https://metadata.shop.example")]
    [InlineData("http://127.0.0.1:7072/duel")]
    [InlineData("http://localhost:7072/duel")]
    [InlineData("http://[::1]:7072/duel")]
    public void The_platforms_the_shop_s_own_network_and_this_machine_may_be_called(string address) =>
        Start(
            ("Providers:Katalys:Enabled", "true"),
            ("Providers:Katalys:SiteId", "shop.example"),
            ("Providers:Katalys:BaseUrl", address),
            ("OperatorEvents:Url", address)
        );

    [Theory]
    [InlineData("http://api.duel.me")]
    [InlineData("http://10.0.0.5")]
    [InlineData("http://sandbox:7072")]
    [InlineData("ftp://api.duel.me")]
    [InlineData("https://user:password@api.duel.me")]
    [InlineData("https://api.duel.me/?x=")]
    [InlineData("https://api.duel.me/#x")]
    public void A_platform_s_address_is_https_and_nothing_but_an_address(string address)
    {
        var error = Assert.Throws<SettingsException>(() =>
            Start(
                ("Providers:Katalys:Enabled", "true"),
                ("Providers:Katalys:SiteId", "shop.example"),
                ("Providers:Katalys:BaseUrl", address)
            )
        );

        Assert.Equal(
            "Providers__Katalys__BaseUrl must be an https address (http only on this machine) without a user name, a query or a fragment.",
            Assert.Single(error.Problems)
        );
    }

    private static void Start(params (string Key, string Value)[] settings) =>
        new ServiceCollection().AddOrderFunctions(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(each => KeyValuePair.Create(each.Key, (string?)each.Value)))
                .Build()
        );
}
