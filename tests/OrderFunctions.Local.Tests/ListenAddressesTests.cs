using System.Net;
using System.Net.Sockets;
using OrderFunctions.Hosting;

namespace OrderFunctions.Local.Tests;

public sealed class ListenAddressesTests
{
    [Theory]
    [InlineData("foo")]
    [InlineData("127.0.0.1:7171")]
    [InlineData("ftp://127.0.0.1:7171")]
    [InlineData("http://")]
    [InlineData("http://127.0.0.1:80x")]
    [InlineData("http://127.0.0.1:")]
    [InlineData("http://127.0.0.1:-1")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("http://127.0.0.1:0/path")]
    [InlineData("http://127.0.0.1:0?query")]
    [InlineData("http://user@127.0.0.1:0")]
    [InlineData("http://127.0.0.256:0")]
    [InlineData("http://127.0.0.1.:0")]
    [InlineData("http://::1:7171")]
    [InlineData("http://[::1:7171")]
    [InlineData("http://localhost:0")]
    [InlineData("http://localhost.:7171")]
    [InlineData("http://my-machine:7171")]
    [InlineData("http://unix:/tmp/socket")]
    [InlineData(" http://127.0.0.1:0")]
    public async Task An_address_that_can_not_be_read_stops_the_start_even_beside_a_good_one_and_with_a_key(string url)
    {
        var error = await RefusedAsync("--urls", $"http://127.0.0.1:0;{url}", "--Local:ApiKey", "key");

        Assert.StartsWith(
            $"--urls (ASPNETCORE_URLS) is '{url}'; ",
            Assert.Single(error.Problems),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("--urls", "http://0.0.0.0:0")]
    [InlineData("--urls", "http://*:0")]
    [InlineData("--urls", "HTTP://+:0")]
    [InlineData("--urls", "http://[::]:0")]
    [InlineData("--urls", "http://192.0.2.1:0")]
    [InlineData("--urls", "http://127.0.0.1:0;http://*:0")]
    [InlineData("--http_ports", "0")]
    [InlineData("--https_ports", "0")]
    [InlineData("--Kestrel:Endpoints:Shop:Url", "http://0.0.0.0:0")]
    public async Task Without_a_key_an_address_that_other_machines_reach_stops_the_start(string setting, string value)
    {
        var error = await RefusedAsync("--urls", "", setting, value);

        Assert.Contains("set Local__ApiKey", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_Kestrel_binds_to_no_open_address_however_it_came_to_be_told()
    {
        // By this setting, which nobody else looks at, the addresses count in spite of the endpoint.
        var error = await RefusedAsync(
            "--preferHostingUrls",
            "true",
            "--urls",
            "http://*:0",
            "--Kestrel:Endpoints:Shop:Url",
            "http://127.0.0.1:0"
        );

        Assert.StartsWith("The host listens on [::]:0, ", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", false)]
    [InlineData("http://127.0.0.2:7171/", false)]
    [InlineData("https://[::1]:443", false)]
    [InlineData("http://LOCALHOST:7171", false)]
    [InlineData("http://localhost", false)]
    [InlineData("http://*:65535", true)]
    [InlineData("http://+", true)]
    [InlineData("http://192.0.2.1:80", true)]
    [InlineData("http://[2001:db8::1]:80", true)]
    public void A_good_address_is_fine_and_an_open_one_if_that_is_allowed(string url, bool isOpen)
    {
        Assert.Null(ListenAddresses.Problem("--urls", url, unlessLoopback: null));
        Assert.Equal(
            isOpen ? $"--urls is '{url}', open" : null,
            ListenAddresses.Problem("--urls", url, unlessLoopback: "open")
        );
    }

    [Theory]
    [InlineData("http://127.0.0.1:80x", "it must be an address")]
    [InlineData("https://127.0.0.1:0", "http only")]
    [InlineData("http://0.0.0.0:0", "the sandbox has no key")]
    [InlineData("", "it must be an address")]
    public async Task The_sandbox_listens_on_this_machine_only(string url, string words)
    {
        var problem = Assert.Single((await RefusedAsync("--Local:SandboxUrl", url, "--Local:ApiKey", "key")).Problems);

        Assert.StartsWith($"Local__SandboxUrl is '{url}'", problem, StringComparison.Ordinal);
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task A_port_that_is_taken_stops_the_start_with_the_setting_and_what_to_do(string host)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://{host}:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var error = await RefusedAsync("--urls", url);

        Assert.Equal(
            $"--urls (ASPNETCORE_URLS) is '{url}', but the port is taken. Is OrderFunctions running already? Stop that, or choose another port.",
            Assert.Single(error.Problems)
        );
    }

    [Fact]
    public async Task An_address_that_is_not_this_machines_stops_the_start_with_a_sentence()
    {
        var error = await RefusedAsync("--urls", "http://192.0.2.1:7171", "--Local:ApiKey", "key");

        Assert.StartsWith(
            "--urls (ASPNETCORE_URLS) is 'http://192.0.2.1:7171', which can't be listened on: ",
            Assert.Single(error.Problems),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("--Kestrel:Certificates:Default:Path", "/nowhere/shop.pfx")]
    [InlineData("--Kestrel:Certificates:Default:Subject", "nobody.example")]
    public async Task Https_without_its_certificate_stops_the_start_with_a_sentence(string setting, string value)
    {
        var error = await RefusedAsync("--urls", "https://127.0.0.1:0", setting, value);

        Assert.StartsWith(
            "--urls (ASPNETCORE_URLS) is 'https://127.0.0.1:0', but has no certificate that works: ",
            Assert.Single(error.Problems),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_port_that_the_user_may_not_have_is_told_with_what_to_do()
    {
        var denied = new SocketException((int)SocketError.AccessDenied);

        Exception[] errors = [denied, new IOException("Failed to bind", new AggregateException(denied, denied))];

        Assert.All(
            errors,
            error =>
                Assert.Equal(
                    "--urls is 'http://127.0.0.1:80', but this user may not listen on that port: choose one above 1023, behind a proxy where it must be another.",
                    ListenAddresses.Explain(error, "--urls", "http://127.0.0.1:80")
                )
        );
        Assert.Null(ListenAddresses.Explain(new IOException("The disk is full."), "--urls", "http://127.0.0.1:80"));
    }

    [Theory]
    [InlineData("--urls=http://127.0.0.1:80x")]
    [InlineData("--urls=http://192.0.2.1:7171", "--Local:ApiKey=key")]
    [InlineData("--urls=https://127.0.0.1:0", "--Kestrel:Certificates:Default:Path=/nowhere/shop.pfx")]
    public async Task A_start_that_fails_writes_lines_for_people_and_ends_with_1(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("local-");
        await using var process = LocalProcess.Launch([.. settings, $"--Local:DataDirectory={folder.FullName}"]);

        Assert.Equal(1, await process.ExitAsync());

        Assert.Equal("OrderFunctions starts.", process.Output.First());
        Assert.Equal(2, process.Errors.Count);
        Assert.All(process.Errors, line => Assert.StartsWith("error: ", line, StringComparison.Ordinal));
        folder.Delete(recursive: true);
    }

    private static Task<SettingsException> RefusedAsync(params string[] settings) =>
        Assert.ThrowsAsync<SettingsException>(() => LocalSystem.StartAsync(null, settings));
}
