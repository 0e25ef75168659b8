using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrderFunctions.Diagnostics;

/// <summary>The names under which hosts export traces and metrics.</summary>
public static class Telemetry
{
    public const string Name = "OrderFunctions";

    internal static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    internal static readonly Counter<long> Accepted = Meter.CreateCounter<long>("orders.accepted", "{event}");
    internal static readonly Counter<long> ClicksAccepted = Meter.CreateCounter<long>("clicks.accepted", "{click}");
    internal static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("deliveries", "{delivery}");
    internal static readonly Counter<long> Parked = Meter.CreateCounter<long>("deliveries.parked", "{delivery}");
    internal static readonly Counter<long> Replayed = Meter.CreateCounter<long>("deliveries.replayed", "{delivery}");
    internal static readonly Counter<long> Discarded = Meter.CreateCounter<long>("deliveries.discarded", "{delivery}");
    internal static readonly Counter<long> CredentialsRejected = Meter.CreateCounter<long>(
        "credential.rejected",
        "{call}"
    );
    internal static readonly Counter<long> WebhooksIgnored = Meter.CreateCounter<long>("webhooks.ignored", "{webhook}");
    internal static readonly Counter<long> WebhooksRefused = Meter.CreateCounter<long>("webhooks.refused", "{webhook}");
    internal static readonly Counter<long> CircuitsOpened = Meter.CreateCounter<long>("circuit.opened", "{circuit}");
    internal static readonly Histogram<double> Attempts = Meter.CreateHistogram<double>("delivery.attempt", "ms");

    internal static KeyValuePair<string, object?> Provider(string name) => new("provider", name);

    internal static KeyValuePair<string, object?> Storefront(string name) => new("storefront", name);
}
