using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.Bus;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Sandbox.AvantLink;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

/// <summary>A click from the intake to AvantLink (public page Server-to-Server Integration: Click Tracking).</summary>
public sealed class ClickTests : RigTest
{
    private IReadOnlyList<AvantLinkClick> Clicks => Rig.Sandbox.State.Provider<AvantLinkApi>().Clicks;

    [Fact]
    public async Task AvantLink_gets_an_order_s_body_without_the_order_and_nobody_else_gets_anything()
    {
        await SubmitAsync();
        await Rig.DrainAsync();

        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    """
                    {
                      "current_url": "https://store.example.com/shoes?avad=77_f3afbe121",
                      "tracking_ids": { "user_id": [], "visitor_id": ["vis_3f2c1a97"], "avantlink_avad": "77_f3afbe121" },
                      "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
                      "user_ip_address": "203.0.113.45",
                      "referrer_url": "https://blog.example/",
                      "google_click_id": "g-1"
                    }
                    """
                ),
                JsonNode.Parse(Assert.Single(Clicks).Body.GetRawText())
            ),
            $"{Clicks[0].Body}"
        );
        Assert.Single(Rig.Sandbox.State.Received());
        Assert.Contains("click.ended avantlink ", Rig.Log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113.45", Rig.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_click_is_queued_for_AvantLink_alone()
    {
        await SubmitAsync();

        Assert.Equal(["orders-avantlink"], Rig.Bus.BusyQueues);
    }

    [Fact]
    public async Task A_click_that_AvantLink_cannot_take_now_is_told_later_on_the_provider_s_schedule()
    {
        // Each of the first two deliveries makes three attempts.
        Rig.Sandbox.State.InjectFault("avantlink", new Fault { Status = 503, Times = 6 });
        await SubmitAsync();
        await Rig.DrainAsync();
        Assert.Empty(Clicks);

        await Rig.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(Clicks);
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.Single(Clicks);
        Assert.Equal(7, Rig.Sandbox.State.Count("avantlink"));
        Assert.Contains(" 7/27 delivered", Rig.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_click_that_AvantLink_refuses_is_parked_as_a_click_without_the_visitor_s_data_and_can_be_replayed()
    {
        const string echo = "no 77_f3afbe121 from 203.0.113.45 with Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
        Rig.Sandbox.State.InjectFault(
            "avantlink",
            new Fault
            {
                Status = 400,
                Body = echo,
                Times = 1,
            }
        );
        var id = await SubmitAsync();
        await Rig.DrainAsync();

        var parked = Assert.Single(await Rig.ParkedAsync());
        Assert.Equal(
            (MessageKind.Click, "avantlink", null, id, DeadLetterReasons.Rejected, 1),
            (parked.Kind, parked.Provider, parked.OrderId, parked.EventId, parked.Reason, parked.Attempts)
        );
        Assert.Equal("answered 400: no *** from *** with ***", parked.Description);

        await Rig.Bus.ReplayAsync(new ParkedFilter("avantlink"), 1, default);
        await Rig.DrainAsync();

        Assert.Single(Clicks);
    }

    [Fact]
    public async Task A_click_whose_retries_are_used_up_is_parked()
    {
        Rig.Sandbox.State.InjectFault("avantlink", new Fault { Drop = true });
        await SubmitAsync();
        await Rig.DrainAsync();
        for (var hour = 0; hour < 40; hour++)
        {
            await Rig.AdvanceAsync(TimeSpan.FromHours(1));
        }

        var parked = Assert.Single(await Rig.ParkedAsync());
        Assert.Equal((MessageKind.Click, DeadLetterReasons.RetriesExhausted), (parked.Kind, parked.Reason));
        Assert.InRange(parked.Attempts, 20, 27);
    }

    [Fact]
    public async Task A_refusal_for_want_of_credentials_is_retried_and_logged()
    {
        Rig.Sandbox.State.InjectFault("avantlink", new Fault { Status = 401, Times = 1 });
        await SubmitAsync();
        await Rig.DrainAsync();
        await Rig.AdvanceAsync(TimeSpan.FromSeconds(30));

        Assert.Single(Clicks);
        Assert.Contains("credential.rejected avantlink", Rig.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_told_of_a_click_while_AvantLink_is_disabled()
    {
        await Rig.DisposeAsync();
        Rig = await Rig.StartAsync(("Providers:avantlink:Enabled", "false"));
        await SubmitAsync();
        await Rig.DrainAsync();

        Assert.Empty(Clicks);
        Assert.Empty(await Rig.ParkedAsync());
        Assert.Contains(" skipped: avantlink is disabled", Rig.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_no_click_is_parked()
    {
        var message = new BusMessage("m", "{}"u8.ToArray()) { Kind = MessageKind.Click, Provider = "avantlink" };
        await Rig.Bus.ScheduleAsync("orders-avantlink", message, Rig.Time.GetUtcNow(), default);
        await Rig.DrainAsync();

        Assert.StartsWith(
            "The message is no valid click. ",
            Assert.Single(await Rig.ParkedAsync()).Description,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("pageUrl", null, "$.pageUrl: is missing")]
    [InlineData("pageUrl", "/shoes", "$.pageUrl: must be an absolute http or https address")]
    [InlineData("pageUrl", "javascript:alert(1)", "$.pageUrl: must be an absolute http or https address")]
    [InlineData("userAgent", null, "$.userAgent: is missing")]
    [InlineData("ipAddress", "1", "$.ipAddress: must be one IPv4 or IPv6 address")]
    [InlineData("retrackClick", "59d08c54-18e6-4e0d-9c06-d18be3510e43", "$.retrackClick: is not a known field")]
    [InlineData("order", "1001", "$.order: is not a known field")]
    [InlineData(
        "customTrackingCode",
        "alex@example.com",
        "$: AvantLink takes no personal information; an e-mail address stands in customTrackingCode."
    )]
    public async Task What_AvantLink_would_refuse_is_refused_here(string field, string? value, string error) =>
        Assert.Equal(error, (await RefusedAsync(json => json[field] = value)).ToString());

    [Fact]
    public async Task A_click_without_any_id_is_refused_and_every_error_is_told_at_once()
    {
        var none = await RefusedAsync(json =>
        {
            json.Remove("visitorIds");
            json["avantLinkToken"] = " ";
            json["pageUrl"] = "shoes";
        });

        Assert.Equal(
            "$: has none of userIds, visitorIds and avantLinkToken: one is needed; $.pageUrl: must be an absolute http or https address",
            none.ToString()
        );
    }

    [Theory]
    [InlineData("userIds", """["u-1"]""")]
    [InlineData("visitorIds", """["v-1"]""")]
    [InlineData("avantLinkToken", "\"77_f3afbe121\"")]
    public async Task One_id_is_enough(string field, string raw) =>
        await SubmitAsync(json =>
        {
            json.Remove("visitorIds");
            json.Remove("avantLinkToken");
            json[field] = JsonNode.Parse(raw);
            json["pageUrl"] = "http://store.example.com/";
        });

    [Theory]
    [InlineData("", "$: is not JSON: line 1, position 1")]
    [InlineData("[]", "$: must be an object, not an array")]
    [InlineData("""{"visitorIds":["v-1"],"pageUrl":"shoes"}""", "$.pageUrl: must be an absolute http or https address")]
    public void What_is_no_click_reads_as_none(string json, string error)
    {
        var errors = new ValidationErrors();

        Assert.Null(Click.Read(Encoding.UTF8.GetBytes(json), errors, new Caller("Mozilla/5.0", null)));
        Assert.Equal(error, errors.ToString().Split("; ")[0]);
    }

    [Fact]
    public void Of_a_visitor_s_own_browser_its_request_says_address_and_user_agent_and_its_body_may_not()
    {
        var says = Utf8(change: null);
        var silent = Utf8(json =>
        {
            json.Remove("userAgent");
            json.Remove("ipAddress");
        });
        var (errors, nameless) = (new ValidationErrors(), new ValidationErrors());

        var click = Click.Read(silent, errors, new Caller("Opera", "192.0.2.7"))!;
        Assert.Equal(("Opera", "192.0.2.7"), (click.Visit.UserAgent, click.Visit.IpAddress));
        Assert.Null(Click.Read(says, errors, new Caller("Opera", "192.0.2.7")));
        Assert.Equal("$.userAgent: is not a known field; $.ipAddress: is not a known field", errors.ToString());
        Assert.Null(Click.Read(silent, nameless, new Caller(null, "192.0.2.7")));
        Assert.Equal("User-Agent: is missing: the request has no such header", nameless.ToString());
    }

    [Fact]
    public async Task An_email_in_an_address_or_an_id_does_not_reach_AvantLink()
    {
        await SubmitAsync(json =>
        {
            json["pageUrl"] = "https://store.example.com/?e=alex@example.com";
            json["userIds"] = new JsonArray("alex@example.com");
        });
        await Rig.DrainAsync();

        Assert.DoesNotContain("alex", Assert.Single(Clicks).Body.GetRawText(), StringComparison.Ordinal);
    }

    private static byte[] Utf8(Action<JsonObject>? change)
    {
        var json = JsonNode
            .Parse(
                """
                {
                  "visitorIds": ["vis_3f2c1a97"],
                  "avantLinkToken": "77_f3afbe121",
                  "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
                  "ipAddress": "203.0.113.45",
                  "pageUrl": "https://store.example.com/shoes?avad=77_f3afbe121",
                  "referrerUrl": "https://blog.example/",
                  "googleClickId": "g-1"
                }
                """
            )!
            .AsObject();
        change?.Invoke(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private async Task<string> SubmitAsync(Action<JsonObject>? change = null)
    {
        var errors = new ValidationErrors();
        var id = await Rig.Clicks.SubmitAsync(Utf8(change), caller: null, errors, default);
        Assert.True(id is not null, $"The click should be accepted, but {errors}");
        return id;
    }

    private async Task<ValidationErrors> RefusedAsync(Action<JsonObject> change)
    {
        var errors = new ValidationErrors();
        Assert.Null(await Rig.Clicks.SubmitAsync(Utf8(change), caller: null, errors, default));
        Assert.Empty(Rig.Bus.BusyQueues);
        return errors;
    }
}
