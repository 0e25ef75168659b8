using OrderFunctions.Sandbox.AvantLink;

namespace OrderFunctions.Sandbox.Tests.AvantLink;

public sealed class AvantLinkClickTests : SandboxTest
{
    [Fact]
    public async Task AvantLink_records_a_click()
    {
        var reply = await AvantLinkClick(Bodies.AvantLinkClick());

        Assert.Equal((200, """{"success":true}"""), (reply.Status, reply.Text));
        var click = Assert.Single(State.Provider<AvantLinkApi>().Clicks);
        Assert.Equal(["123456"], click.UserIds);
        Assert.Equal(["vis_3f2c1a97"], click.VisitorIds);
        Assert.Equal("77_f3afbe121", click.Token);
        Assert.Null(State.Provider<AvantLinkApi>().Find("12345"));
    }

    [Fact]
    public async Task AvantLink_records_every_click()
    {
        await AvantLinkClick(Bodies.AvantLinkClick());
        await AvantLinkClick(Bodies.AvantLinkClick());

        Assert.Equal(2, State.Provider<AvantLinkApi>().Clicks.Count);
        State.Clear();
        Assert.Empty(State.Provider<AvantLinkApi>().Clicks);
    }

    [Theory]
    [InlineData("tracking_ids.user_id", null)]
    [InlineData("tracking_ids.visitor_id", null)]
    [InlineData("tracking_ids.avantlink_avad", null)]
    [InlineData("tracking_ids", """{"visitor_id":["vis_3f2c1a97"]}""")]
    [InlineData("tracking_ids", """{"user_id":[],"visitor_id":[],"avantlink_avad":"77_f3afbe121"}""")]
    [InlineData("referrer_url", null)]
    [InlineData("user_ip_address", null)]
    public async Task AvantLink_takes_a_click_of_an_anonymous_visitor(string field, string? json) =>
        Assert.Equal(200, (await AvantLinkClick(Bodies.AvantLinkClick().With(field, json))).Status);

    [Theory]
    [InlineData("current_url", null, "current_url is required")]
    [InlineData("user_agent", null, "user_agent is required")]
    [InlineData("tracking_ids", null, "tracking_ids is required")]
    [InlineData("tracking_ids", "{}", "at least one tracking id")]
    [InlineData(
        "tracking_ids",
        """{"user_id":[""],"visitor_id":[" "],"avantlink_avad":""}""",
        "at least one tracking id"
    )]
    [InlineData("tracking_ids.avantlink_avad", "7", "tracking_ids.avantlink_avad must be")]
    [InlineData("tracking_ids.user_id", "[\"jane@example.com\"]", "tracking_ids.user_id[0] holds an e-mail address")]
    [InlineData("order", "{}", "order is not a documented field")]
    public async Task AvantLink_refuses_a_click_that_is_not_as_documented(string field, string? json, string mention)
    {
        (await AvantLinkClick(Bodies.AvantLinkClick().With(field, json))).RefusedWith(400, mention);

        Assert.Empty(State.Provider<AvantLinkApi>().Clicks);
    }

    [Fact]
    public async Task AvantLink_requires_its_headers_for_a_click_too()
    {
        var reply = await Send("POST", AvantLinkClickPath, Bodies.AvantLinkClick());

        reply.RefusedWith(400, "Accept");
        reply.RefusedWith(400, "User-Agent");
    }

    [Fact]
    public async Task AvantLink_takes_no_click_of_another_merchant() =>
        (
            await Send(
                "POST",
                $"/avantlink/merchants/{Bodies.Click}/tracking/click",
                Bodies.AvantLinkClick(),
                AvantLinkHeaders
            )
        ).RefusedWith(404, Bodies.Click);
}
