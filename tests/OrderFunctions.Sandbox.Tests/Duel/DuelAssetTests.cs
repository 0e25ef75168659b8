using OrderFunctions.Sandbox.Duel;

namespace OrderFunctions.Sandbox.Tests.Duel;

/// <summary>GET /api/v1/assets (seeds: duel-open-api, Assets).</summary>
public sealed class DuelAssetTests : SandboxTest
{
    private const string Path = "/duel/api/v1/assets";
    private static readonly string Bearer = $"Bearer {DuelApi.Token.Default}";

    [Fact]
    public async Task Duel_answers_with_a_JSON_array_of_assets_with_the_documented_attributes()
    {
        var reply = await Send("GET", Path, null, ("Authorization", Bearer));

        Assert.Equal(200, reply.Status);
        Assert.StartsWith(
            """[{"file_url":"https://assets.example/mug-blue-1.jpg","file_type":"image/jpeg","date":"2026-03-01T09:30:00+00:00","source":"ugc","task_id":"task-7","member_id":"member-42","product_skus":["mug-blue"],"social_post_domain":"Instagram","social_post_url":"https://www.instagram.com/p/abc123/"}""",
            reply.Text,
            StringComparison.Ordinal
        );
        Assert.Contains("\"source\":\"operator\",", reply.Text, StringComparison.Ordinal);
        Assert.Contains("\"member_id\":\"\"", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("basic")]
    public async Task Duel_shows_its_assets_by_Bearer_alone(string? authorization) =>
        (
            await Send(
                "GET",
                Path,
                null,
                authorization is null ? [] : [("Authorization", authorization == "basic" ? DuelBasic : authorization)]
            )
        ).RefusedWith(401, "Bearer");

    [Fact]
    public async Task Assets_are_read_only() =>
        (await Send("POST", Path, Bodies.Duel(), ("Authorization", Bearer))).RefusedWith(405, "GET");
}
