using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrderFunctions.Diagnostics;

/// <summary>
/// The names under which hosts export traces and metrics, and every metric there is: docs/operating.md lists them. No
/// metric has an attribute with more than a handful of values: never an order's id.
/// </summary>
public static class Telemetry
{
    public const string Name = "OrderFunctions";

    internal static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    internal static readonly Counter<long> Accepted = Count("orders.accepted", "{event}");
    internal static readonly Counter<long> Refused = Count("orders.refused", "{event}");
    internal static readonly Counter<long> ClicksAccepted = Count("clicks.accepted", "{click}");
    internal static readonly Counter<long> WebhooksIgnored = Count("webhooks.ignored", "{webhook}");
    internal static readonly Counter<long> WebhooksRefused = Count("webhooks.refused", "{webhook}");

    /// <summary>Every end of a delivery's turn, with its outcome.</summary>
    internal static readonly Counter<long> Deliveries = Count("deliveries", "{delivery}");

    internal static readonly Counter<long> Retried = Count("deliveries.retried", "{delivery}");
    internal static readonly Counter<long> Parked = Count("deliveries.parked", "{delivery}");
    internal static readonly Counter<long> Replayed = Count("deliveries.replayed", "{delivery}");
    internal static readonly Counter<long> Discarded = Count("deliveries.discarded", "{delivery}");
    internal static readonly Counter<long> ClaimsLost = Count("claims.lost", "{claim}");
    internal static readonly Counter<long> CredentialsRejected = Count("credential.rejected", "{call}");
    internal static readonly Counter<long> CircuitsOpened = Count("circuit.opened", "{circuit}");

    /// <summary>0 closed, 1 half open, 2 open.</summary>
    internal static readonly Gauge<int> CircuitState = Meter.CreateGauge<int>("circuit.state", "{state}");

    internal static readonly Histogram<double> Attempts = Seconds("delivery.attempt.duration", UpToAMinute);
    internal static readonly Histogram<double> LimiterWait = Seconds("limiter.wait.duration", UpToAMinute);

    /// <summary>How long an event waited before its first turn at a provider.</summary>
    internal static readonly Histogram<double> QueueAge = Seconds("delivery.queue.age", UpToDays);

    /// <summary>From acceptance until the provider had it.</summary>
    internal static readonly Histogram<double> Latency = Seconds("delivery.latency", UpToDays);

    /// <summary>From occurredAt until the provider had it.</summary>
    internal static readonly Histogram<double> EventAge = Seconds("delivery.event.age", UpToDays);

    private static IReadOnlyList<double> UpToAMinute =>
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    // From a call that goes through at once to the last retry of the longest schedule.
    private static IReadOnlyList<double> UpToDays =>
        [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1800, 3600, 7200, 21600, 43200, 86400, 172800];

    internal static KeyValuePair<string, object?> Provider(string name) => new("provider", name);

    internal static KeyValuePair<string, object?> Storefront(string name) => new("storefront", name);

    internal static KeyValuePair<string, object?> Outcome(string name) => new("outcome", name);

    internal static KeyValuePair<string, object?> Reason(string name) => new("reason", name);

    private static Counter<long> Count(string name, string unit) => Meter.CreateCounter<long>(name, unit);

    private static Histogram<double> Seconds(string name, IReadOnlyList<double> boundaries) =>
        Meter.CreateHistogram(
            name,
            "s",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries }
        );
}
