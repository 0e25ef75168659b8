using System.Net;
using System.Net.Sockets;
using System.Text;
using OrderFunctions.Sandbox.Retrack;

namespace OrderFunctions.Sandbox.Tests;

public sealed class SandboxServerTests : SandboxTest
{
    [Fact]
    public void The_url_has_the_real_port_and_a_base_url_the_provider()
    {
        Assert.NotEqual(0, Server.Url.Port);
        Assert.Equal("/", Server.Url.PathAndQuery);
        Assert.Equal(new Uri(Server.Url, "/duel"), Server.BaseUrl("Duel"));
        Assert.Equal($"http://127.0.0.1:{Server.Url.Port}/katalys", Server.BaseUrl("katalys").ToString());
    }

    [Fact]
    public void An_unknown_provider_is_a_mistake_of_the_caller()
    {
        Assert.Throws<ArgumentException>(() => Server.BaseUrl("shopify"));
        Assert.Throws<ArgumentException>(() => State.Count("shopify"));
        Assert.Throws<ArgumentException>(() => State.Received("shopify"));
        Assert.Throws<ArgumentException>(() => State.ClearFault("shopify"));
        Assert.Throws<ArgumentException>(() => State.InjectFault("shopify", new()));
    }

    [Theory]
    [InlineData("7072")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("http://127.0.0.1:0/duel")]
    public async Task A_url_that_is_no_plain_http_address_is_refused(string url) =>
        await Assert.ThrowsAsync<ArgumentException>(() =>
            SandboxServer.StartAsync(new() { Url = url }, Time, CancellationToken.None)
        );

    [Theory]
    [InlineData("Credentials:shopify-token", "x", "There is no setting 'Credentials:shopify-token'")]
    [InlineData("Providers:AvantLink:MerchantId", "x", "Providers:AvantLink:MerchantId must be a uuid")]
    [InlineData("Providers:Katalys:SiteId", "", "Providers:Katalys:SiteId must not be empty")]
    public async Task A_setting_that_no_provider_has_or_can_have_so_is_refused(string name, string value, string why)
    {
        var options = Options with { Settings = new Dictionary<string, string> { [name] = value } };

        var error = await Assert.ThrowsAsync<ArgumentException>(() =>
            SandboxServer.StartAsync(options, Time, CancellationToken.None)
        );

        Assert.StartsWith(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_takes_the_settings_that_the_server_was_started_with()
    {
        var settings = new Dictionary<string, string> { ["credentials:RETRACK-bearer-token"] = "mine" };
        await using var server = await SandboxServer.StartAsync(
            Options with
            {
                Settings = settings,
            },
            Time,
            CancellationToken.None
        );

        Assert.Equal((401, 404), (await Status("sandbox-retrack-token"), await Status("mine")));

        async Task<int> Status(string token)
        {
            using var request = Request(
                "GET",
                $"{server.Url}retrack/api/v2/transactions?byOrderNumber=1",
                null,
                null,
                ("Authorization", $"Bearer {token}")
            );
            using var response = await Http.SendAsync(request);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task A_server_on_all_addresses_is_reached_on_the_loopback()
    {
        await using var server = await SandboxServer.StartAsync(
            new() { Url = "http://0.0.0.0:0" },
            Time,
            CancellationToken.None
        );

        Assert.Equal("127.0.0.1", server.Url.Host);
        using var response = await Http.GetAsync(server.Url);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_hundred_parallel_requests_are_all_listed()
    {
        string[] providers = ["duel", "avantlink", "retrack", "katalys"];

        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Call(providers[i % 4], $"P-{i}")));

        Assert.All(replies, reply => Assert.InRange(reply.Status, 200, 204));
        var received = State.Received();
        Assert.Equal(100, received.Count);
        Assert.All(received, request => Assert.NotNull(request.StatusCode));
        Assert.All(
            providers,
            provider => Assert.Equal((25, 25), (State.Count(provider), State.Received(provider).Count))
        );
        Assert.Equal(
            25,
            State.Provider<RetrackApi>().Transactions.Select(transaction => transaction.Uuid).Distinct().Count()
        );
    }

    [Fact]
    public async Task Parallel_creations_of_one_order_number_make_one_transaction()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Call("retrack")));

        Assert.Equal(1, replies.Count(reply => reply.Status == 200));
        Assert.Equal(19, Assert.Single(State.Provider<RetrackApi>().Transactions).RefusedRepeats);
    }

    [Fact]
    public async Task Disposing_drops_calls_that_hang_or_wait()
    {
        var server = await SandboxServer.StartAsync(Options, Time, CancellationToken.None);
        server.State.InjectFault("duel", new() { Hang = true });
        server.State.InjectFault("retrack", new() { Delay = TimeSpan.FromHours(1) });
        var hanging = Http.GetAsync(server.BaseUrl("duel"));
        var waiting = Http.GetAsync(server.BaseUrl("retrack"));
        await server.State.WaitForAsync("duel", 1);
        await server.State.WaitForAsync("retrack", 1);

        await server.DisposeAsync();
        await server.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
        await Assert.ThrowsAsync<HttpRequestException>(() => waiting);
    }

    [Fact]
    public async Task Waiting_for_a_request_can_be_given_up()
    {
        using var patience = new CancellationTokenSource();
        var waiting = State.WaitForAsync("duel", 1, patience.Token);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await State.WaitForAsync("duel", 0);
    }

    [Fact]
    public async Task Odd_request_targets_never_break_the_server()
    {
        foreach (var target in new[] { "*", "//", "/%", "/duel/%ff", $"http://{Server.Url.Authority}/duel/v1/orders" })
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Server.Url.Port);
            await using var stream = client.GetStream();
            var method = target == "*" ? "OPTIONS" : "GET";
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"{method} {target} HTTP/1.1\r\nHost: {Server.Url.Authority}\r\nConnection: close\r\n\r\n"
                )
            );
            using var reader = new StreamReader(stream);

            var status = int.Parse((await reader.ReadLineAsync())!.Split(' ')[1]);

            Assert.InRange(status, 400, 499);
        }
    }
}
