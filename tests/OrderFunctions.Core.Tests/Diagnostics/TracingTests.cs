using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Endpoints;
using OrderFunctions.Diagnostics;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Diagnostics;

/// <summary>One trace from the storefront's request to the provider's answer, and over retries and replays.</summary>
public sealed class TracingTests : RigTest, IDisposable
{
    private const string Storefront = "00f067aa0ba902b7";

    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public TracingTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            // Other tests run beside this one.
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == _trace
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task The_storefront_s_trace_goes_over_the_bus_to_the_provider_s_answer()
    {
        await SubmitAsync();
        await Rig.DrainAsync();

        var send = Single("send order-events");
        var process = Single("process orders-duel");
        var call = Single("PUT");
        Assert.Equal((Storefront, ActivityKind.Producer), (send.Parent!.ParentSpanId.ToHexString(), send.Kind));
        Assert.Equal((send.SpanId, ActivityKind.Consumer), (process.ParentSpanId, process.Kind));
        Assert.Equal((process.SpanId, ActivityKind.Client), (call.ParentSpanId, call.Kind));
        Assert.Empty(process.Links);
        Assert.Equal(
            [
                "messaging.destination.name=order-events",
                "messaging.operation.name=send",
                "messaging.operation.type=send",
                "messaging.system=servicebus",
            ],
            Tags(send)
        );
        Assert.Equal(
            [
                "messaging.destination.name=orders-duel",
                "messaging.message.id=" + process.GetTagItem("messaging.message.id"),
                "messaging.operation.name=process",
                "messaging.operation.type=process",
                "messaging.system=servicebus",
                "orderfunctions.order.id=1001",
            ],
            Tags(process)
        );
        Assert.Equal(
            [
                "http.request.method=PUT",
                "http.response.status_code=200",
                "orderfunctions.purpose=upsert",
                "peer.service=duel",
                "server.address=127.0.0.1",
                $"server.port={Rig.Sandbox.Url.Port}",
                $"url.full={Rig.Sandbox.Url}duel/v1/orders/1001",
            ],
            Tags(call)
        );
    }

    [Fact]
    public async Task A_retry_and_a_replay_stand_beside_the_first_turn_and_each_links_to_the_turn_before_it()
    {
        Rig.Sandbox.State.InjectFault("duel", new Fault { Status = 503, Times = 1 });
        await SubmitAsync();
        await Rig.DrainAsync();
        Rig.Sandbox.State.InjectFault("duel", new Fault { Status = 400, Times = 1 });
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Single(await Rig.ParkedAsync());
        Assert.Equal(1, await Rig.Bus.ReplayAsync(new ParkedFilter(), 1, default));
        await Rig.DrainAsync();

        var sent = Single("send order-events");
        var turns = _ended.Where(span => span.DisplayName == "process orders-duel").ToList();
        Assert.Equal(3, turns.Count);
        Assert.All(turns, turn => Assert.Equal((sent.SpanId, sent.TraceId), (turn.ParentSpanId, turn.TraceId)));
        Assert.Empty(turns[0].Links);
        Assert.Equal(turns[0].SpanId, Assert.Single(turns[1].Links).Context.SpanId);
        Assert.Equal(turns[1].SpanId, Assert.Single(turns[2].Links).Context.SpanId);
        Assert.Equal(
            [
                (503, ActivityStatusCode.Error, "503"),
                (400, ActivityStatusCode.Error, "400"),
                (200, ActivityStatusCode.Unset, null),
            ],
            _ended
                .Where(span => span.Kind == ActivityKind.Client)
                .Select(span =>
                    (
                        (int?)span.GetTagItem("http.response.status_code"),
                        span.Status,
                        (string?)span.GetTagItem("error.type")
                    )
                )
        );
    }

    [Fact]
    public async Task A_call_without_an_answer_says_what_went_wrong()
    {
        Rig.Sandbox.State.InjectFault("duel", new Fault { Drop = true, Times = 1 });
        await SubmitAsync();
        await Rig.DrainAsync();

        var call = Single("PUT");
        Assert.Equal(ActivityStatusCode.Error, call.Status);
        Assert.Equal(typeof(HttpRequestException).FullName, call.GetTagItem("error.type"));
        Assert.Null(call.GetTagItem("http.response.status_code"));
    }

    [Fact]
    public async Task A_send_that_the_bus_did_not_take_is_an_error()
    {
        var intake = ActivatorUtilities.CreateInstance<OrderIntake>(Rig.Services, new BusDownTests.DownBus());
        using (Request())
        {
            await Assert.ThrowsAsync<BusUnavailableException>(() =>
                intake.SubmitAsync(Samples.Utf8(), new ValidationErrors(), default)
            );
        }

        Assert.Equal(ActivityStatusCode.Error, Single("send order-events").Status);
    }

    [Fact]
    public async Task No_span_has_a_query_a_body_or_a_value_of_the_customer_s()
    {
        // Then Retrack is looked up first, with a query.
        Rig.Sandbox.State.InjectFault("retrack", new Fault { Drop = true, Times = 1 });
        using (Request())
        {
            await Rig.SubmitAsync();
        }

        await Rig.DrainAsync();

        var said = string.Join('\n', _ended.SelectMany(Tags));
        Assert.Contains(Rig.Calls("retrack"), call => call.Contains('?', StringComparison.Ordinal));
        Assert.Equal(6, _ended.Count(span => span.Kind == ActivityKind.Client));
        Assert.All(
            ["?", "alex", "@", "203.0.113", "Mozilla"],
            value => Assert.DoesNotContain(value, said, StringComparison.OrdinalIgnoreCase)
        );
    }

    [Fact]
    public async Task The_ERP_s_trace_goes_on_too()
    {
        await Rig.Bus.ScheduleAsync(
            Entities.Inbound,
            new BusMessage("erp-1", Samples.Utf8()) { TraceParent = $"00-{_trace}-{Storefront}-01" },
            Rig.Time.GetUtcNow(),
            default
        );
        await Rig.DrainAsync();

        var inbound = Single("process orders-inbound");
        var send = Single("send order-events");
        Assert.Equal(Storefront, inbound.ParentSpanId.ToHexString());
        Assert.Equal(inbound.SpanId, send.ParentSpanId);
        Assert.Equal(send.SpanId, Single("process orders-duel").ParentSpanId);
    }

    private async Task SubmitAsync()
    {
        using var request = Request();
        await Rig.SubmitAsync("duel");
    }

    // What ASP.NET Core makes of a request with the storefront's traceparent.
    private Activity Request() =>
        new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded }
            .SetParentId(_trace, ActivitySpanId.CreateFromString(Storefront), ActivityTraceFlags.Recorded)
            .Start();

    private Activity Single(string name) => Assert.Single(_ended, span => span.DisplayName == name);

    private static IEnumerable<string> Tags(Activity span) =>
        span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal);
}
