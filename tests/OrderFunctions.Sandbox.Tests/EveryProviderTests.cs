namespace OrderFunctions.Sandbox.Tests;

/// <summary>What is refused alike at all four.</summary>
public sealed class EveryProviderTests : SandboxTest
{
    public static TheoryData<string> Providers => ["duel", "avantlink", "retrack", "katalys"];

    [Theory]
    [InlineData("/duel")]
    [InlineData("/duel/")]
    [InlineData("/duel/v1/orders/")]
    [InlineData("/duel/v1/orders/A/1")]
    [InlineData("/duel/api/v1/orders/A-1")]
    [InlineData("/duel/V1/orders/A-1")]
    [InlineData("/duel/v1/assets")]
    [InlineData("/avantlink/merchants/6f1d3a52-7d0c-4c0e-9b3e-0a1c5a7e2d11/tracking/order-")]
    [InlineData("/avantlink/merchants/6f1d3a52-7d0c-4c0e-9b3e-0a1c5a7e2d11/tracking/click-")]
    [InlineData("/retrack/api/transactions")]
    [InlineData("/retrack/api/v2/transactions/")]
    [InlineData("/katalys/v2/_tr")]
    [InlineData("/katalys/v2/_tr_offline/")]
    public async Task An_unknown_path_is_not_found(string path)
    {
        var authorization = path.StartsWith("/retrack", StringComparison.Ordinal) ? RetrackBearer : DuelBasic;

        var reply = await Send("POST", path, Bodies.Duel(), ("Authorization", authorization));

        reply.RefusedWith(404, path);
        Assert.Equal(404, State.Received().Single().StatusCode);
    }

    [Theory]
    [InlineData("avantlink", "GET")]
    [InlineData("avantlink", "PUT")]
    [InlineData("katalys", "GET")]
    [InlineData("katalys", "DELETE")]
    public async Task A_wrong_method_is_refused_with_the_right_one(string provider, string method)
    {
        var reply = await Send(method, Path(provider), null);

        reply.RefusedWith(405, method);
        Assert.Equal(["POST"], reply.ContentHeaders.Allow);
    }

    [Theory]
    [InlineData("duel", null)]
    [InlineData("duel", "text/plain")]
    [InlineData("duel", "application/x-www-form-urlencoded")]
    [InlineData("duel", "application/json; charset=utf-16")]
    [InlineData("avantlink", "text/json")]
    [InlineData("retrack", "application/problem+json")]
    [InlineData("katalys", "text/plain")]
    public async Task Another_content_type_is_refused(string provider, string? contentType) =>
        (await Post(provider, Body(provider), contentType)).RefusedWith(415, "application/json");

    [Theory]
    [InlineData("duel", 200)]
    [InlineData("avantlink", 200)]
    [InlineData("retrack", 200)]
    [InlineData("katalys", 204)]
    public async Task A_charset_may_be_named(string provider, int status) =>
        Assert.Equal(status, (await Post(provider, Body(provider), "application/json; charset=\"UTF-8\"")).Status);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_body_that_is_not_a_json_object_is_refused(string provider)
    {
        foreach (
            var body in new[]
            {
                "",
                "{",
                "[]",
                "7",
                "null",
                "\"a\"",
                "{\"a\":1,\"a\":2}",
                "{\"a\":\"\\ud800\"}",
                "{\"\\ud800\":1}",
            }
        )
        {
            var reply = await Post(provider, body);

            reply.RefusedWith(400, "not");
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_body_over_a_megabyte_is_refused(string provider)
    {
        var atLimit = await Post(provider, new string(' ', (1024 * 1024) - 2) + "{}");
        var above = await Post(provider, new string(' ', (1024 * 1024) - 1) + "{}");

        Assert.InRange(atLimit.Status, 400, 422);
        Assert.NotEqual(413, atLimit.Status);
        above.RefusedWith(413, "1048576");
        Assert.Null(State.Received(provider)[1].Body);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_secret_is_never_listed(string provider)
    {
        await Send("POST", Path(provider), Bodies.Duel(), ("Authorization", DuelBasic));
        await Send("POST", Path(provider), Bodies.Duel(), ("Authorization", "hidden"));

        var seen = State.Received(provider).Select(request => request.Headers["authorization"]);

        Assert.Equal(["Basic ***", "***"], seen);
    }

    private static string Path(string provider) =>
        provider switch
        {
            "duel" => "/duel/v1/orders",
            "avantlink" => AvantLinkPath,
            "retrack" => RetrackPath,
            _ => KatalysPath,
        };

    private static string Body(string provider) =>
        (
            provider switch
            {
                "duel" => Bodies.Duel(),
                "avantlink" => Bodies.AvantLink(),
                "retrack" => Bodies.Retrack(),
                _ => Bodies.Katalys(),
            }
        ).ToJsonString();

    private Task<Reply> Post(string provider, string body, string? contentType = "application/json") =>
        SendText(
            "POST",
            Path(provider),
            body,
            contentType,
            provider switch
            {
                "duel" => [("Authorization", DuelBasic)],
                "avantlink" => AvantLinkHeaders,
                "retrack" => [("Authorization", RetrackBearer)],
                _ => [],
            }
        );
}
