using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Endpoints;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Diagnostics;

/// <summary>What an order's life counts, measured as an exporter does.</summary>
[Collection(Alone)]
public sealed class MetricsTests : RigTest, IDisposable
{
    private const string Alone = "metrics";

    private readonly ConcurrentQueue<Measurement> _measured = new();
    private readonly MeterListener _listener = new();

    public MetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task An_order_that_is_retried_and_told_is_counted_from_acceptance_to_delivery()
    {
        Rig.Sandbox.State.InjectFault("duel", new Fault { Status = 503, Times = 1 });
        var accepted = await Rig.SubmitAsync("duel");
        Rig.Time.Advance(TimeSpan.FromSeconds(2));
        await Rig.DrainAsync();
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal([(1, "")], Of("orders.accepted"));
        Assert.Equal(
            [(1, "outcome=retry provider=duel"), (1, "outcome=delivered provider=duel")],
            Of("deliveries", "duel")
        );
        Assert.Equal([(1, "provider=duel")], Of("deliveries.retried"));
        Assert.Equal([(2, "provider=duel")], Of("delivery.queue.age", "duel"));
        Assert.Equal([(302, "provider=duel")], Of("delivery.latency"));
        Assert.Equal(
            [((Rig.Time.GetUtcNow() - accepted.OccurredAt).TotalSeconds, "provider=duel")],
            Of("delivery.event.age")
        );
        Assert.Equal(
            [
                "http.response.status_code=503 outcome=retry provider=duel",
                "http.response.status_code=200 outcome=delivered provider=duel",
            ],
            Of("delivery.attempt.duration").Select(attempt => attempt.Tags)
        );
        Assert.Equal(["provider=duel", "provider=duel"], Of("limiter.wait.duration").Select(wait => wait.Tags));
    }

    [Fact]
    public async Task What_is_refused_rejected_and_parked_is_counted_with_its_reason()
    {
        Rig.Sandbox.State.InjectFault("duel", new Fault { Status = 400, Times = 1 });
        Assert.Null(await Rig.Intake.SubmitAsync("{}"u8.ToArray(), new ValidationErrors(), default));
        Assert.Null(await Rig.Intake.SubmitBatchAsync("{}"u8.ToArray(), null, new ValidationErrors(), default));
        await Rig.TellAsync("duel");

        Assert.Equal([(1, "reason=invalid"), (1, "reason=invalid")], Of("orders.refused"));
        Assert.Equal([(1, $"provider=duel reason={DeadLetterReasons.Rejected}")], Of("deliveries.parked"));
    }

    [Fact]
    public async Task What_the_bus_could_not_take_is_counted_and_is_not_accepted()
    {
        var intake = ActivatorUtilities.CreateInstance<OrderIntake>(Rig.Services, new BusDownTests.DownBus());
        byte[] batch = [(byte)'[', .. Samples.Utf8(), (byte)',', .. Samples.Utf8(), (byte)']'];

        await Assert.ThrowsAsync<BusUnavailableException>(() =>
            intake.SubmitBatchAsync(batch, null, new ValidationErrors(), default)
        );

        Assert.Equal([(2, "reason=unavailable")], Of("orders.refused"));
        Assert.Empty(Of("orders.accepted"));
    }

    [Fact]
    public async Task A_click_is_counted_once_it_is_accepted()
    {
        var click =
            """{"avantLinkToken":"77","userAgent":"Mozilla/5.0","pageUrl":"http://store.example.com/"}"""u8.ToArray();
        await Rig.Clicks.SubmitAsync("{}"u8.ToArray(), caller: null, new ValidationErrors(), default);
        Assert.Empty(Of("clicks.accepted"));

        await Rig.Clicks.SubmitAsync(click, caller: null, new ValidationErrors(), default);
        Assert.Equal([(1, "")], Of("clicks.accepted"));
    }

    [Fact]
    public async Task A_circuit_s_state_is_a_number_that_follows_it()
    {
        Rig.Sandbox.State.InjectFault("duel", new Fault { Status = 500 });
        for (var order = 0; order < 20; order++)
        {
            await Rig.TellAsync("duel", json => json["order"]!["id"] = $"o-{order}");
        }

        Rig.Sandbox.State.ClearFault("duel");
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal([0d, 2, 1, 0], Of("circuit.state", "duel").Select(state => state.Value));
    }

    [Fact]
    public async Task An_order_that_another_worker_took_over_meanwhile_is_a_claim_lost()
    {
        Rig.Sandbox.State.InjectFault("duel", new Fault { Hang = true });
        await Rig.SubmitAsync("duel");
        var handling = Rig.HandleAsync("orders-duel");
        await Rig.Sandbox.State.WaitForAsync("duel", 1).WaitAsync(TimeSpan.FromSeconds(30));
        await Rig.Ledger.ChangeAsync("1001", "duel", entry => entry! with { Claim = null }, default);
        Rig.Time.Advance(TimeSpan.FromSeconds(30));
        await handling;

        Assert.Equal([(1, "provider=duel")], Of("claims.lost"));
        Assert.Equal([(30, "outcome=retry provider=duel")], Of("delivery.attempt.duration"));
    }

    [Fact]
    public async Task A_click_s_attempts_and_ends_are_counted_as_an_order_s()
    {
        Rig.Sandbox.State.InjectFault("avantlink", new Fault { Status = 401, Times = 1 });
        var click = """{ "visitorIds": ["v"], "userAgent": "Mozilla/5.0", "pageUrl": "https://store.example.com/" }""";
        Assert.NotNull(
            await Rig.Clicks.SubmitAsync(Encoding.UTF8.GetBytes(click), caller: null, new ValidationErrors(), default)
        );
        await Rig.DrainAsync();
        await Rig.AdvanceAsync(TimeSpan.FromSeconds(30));

        Assert.Equal([(1, "provider=avantlink")], Of("credential.rejected"));
        Assert.Equal(
            [
                "http.response.status_code=401 outcome=retry provider=avantlink",
                "http.response.status_code=200 outcome=delivered provider=avantlink",
            ],
            Of("delivery.attempt.duration").Select(attempt => attempt.Tags)
        );
        Assert.Equal(
            [(1, "outcome=retry provider=avantlink"), (1, "outcome=delivered provider=avantlink")],
            Of("deliveries")
        );
    }

    [Fact]
    public void What_is_no_provider_s_is_counted_as_none_s()
    {
        DeliveryLog.Retried(provider: null);
        Rig.Services.GetRequiredService<DeliveryLog>().Parked(null, null, null, DeadLetterReasons.Rejected);

        Assert.Equal([(1, "provider=none")], Of("deliveries.retried"));
        Assert.Equal([(1, $"provider=none reason={DeadLetterReasons.Rejected}")], Of("deliveries.parked"));
    }

    [Fact]
    public async Task No_metric_has_an_attribute_without_bounds_and_every_name_is_as_OpenTelemetry_wants_it()
    {
        Rig.Sandbox.State.InjectFault("katalys", new Fault { Status = 400 });
        foreach (var provider in Samples.ProviderNames)
        {
            await Rig.TellAsync(provider);
        }

        string[] bounded = ["provider", "outcome", "reason", "http.response.status_code", "storefront"];
        Assert.NotEmpty(_measured);
        Assert.All(
            _measured,
            measured =>
            {
                Assert.Matches(@"\A[a-z]+(\.[a-z]+)*\z", measured.Instrument.Name);
                Assert.Matches(@"\A(s|1|\{[a-z]+\})\z", measured.Instrument.Unit);
                Assert.All(
                    measured.Tags.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                    tag => Assert.Contains(tag.Split('=')[0], bounded)
                );
                Assert.DoesNotContain("1001", measured.Tags, StringComparison.Ordinal);
            }
        );
    }

    private List<(double Value, string Tags)> Of(string name, string? provider = null) =>
        [
            .. _measured
                .Where(measured => measured.Instrument.Name == name)
                .Where(measured =>
                    provider is null || measured.Tags.Contains($"provider={provider}", StringComparison.Ordinal)
                )
                .Select(measured => (measured.Value, measured.Tags)),
        ];

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var said = tags.ToArray().Where(tag => tag.Value is not null).Select(tag => $"{tag.Key}={tag.Value}");
        _measured.Enqueue(new Measurement(instrument, value, string.Join(' ', said.Order(StringComparer.Ordinal))));
    }

    /// <summary>A process has one meter: other tests would count, too.</summary>
    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneDefinition;

    private sealed record Measurement(Instrument Instrument, double Value, string Tags);
}
