using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Providers;
using OrderFunctions.Sending;

namespace OrderFunctions.Operations;

/// <summary>How the deliveries to each provider are going.</summary>
public sealed class Overview(
    ProviderCatalog catalog,
    ProviderChannels channels,
    ProviderPauses pauses,
    DeliveryCounters counters,
    IBus bus,
    OverviewScope scope,
    TimeProvider timeProvider
)
{
    /// <exception cref="BusUnavailableException">What waits can't be counted.</exception>
    /// <exception cref="Ledger.LedgerUnavailableException">Nobody knows who is paused.</exception>
    public async Task<OverviewResult> GetAsync(CancellationToken cancellationToken)
    {
        var paused = await pauses.AllAsync(cancellationToken);
        var backlogs = await bus.CountAsync(catalog.Names, cancellationToken);
        return new OverviewResult(
            timeProvider.GetUtcNow(),
            scope.Name,
            counters.CountingSince,
            [
                .. catalog.All.Select(provider =>
                    Of(provider, paused.GetValueOrDefault(provider.Name), backlogs[provider.Name])
                ),
            ]
        );
    }

    private ProviderOverview Of(Provider provider, Pause? pause, ProviderBacklog backlog)
    {
        var channel = channels.Get(provider.Name);
        var (together, each) = counters.LastHour(provider.Name);
        return new ProviderOverview(provider.Name, provider.Options.Enabled, pause is not null)
        {
            PausedSince = pause?.Since,
            PauseNote = pause?.Note,
            Circuit = channel.Circuit,
            CircuitUntil = channel.OpenUntil,
            Waiting = backlog.Waiting,
            IsWaitingAtLeast = backlog.IsWaitingAtLeast ? true : null,
            OldestWaiting = backlog.OldestWaiting,
            Parked = backlog.Parked,
            IsParkedAtLeast = backlog.IsParkedAtLeast ? true : null,
            RequestsPerMinute = provider.RequestsPerMinute,
            RequestsLastMinute = counters.CallsInLastMinute(provider.Name),
            LastHour = PeriodOverview.Of(together) with { At = null },
            Minutes = [.. each.Select(PeriodOverview.Of)],
        };
    }
}

/// <summary>Whose counters and circuits an overview shows; a host adds its own.</summary>
public sealed record OverviewScope(string Name)
{
    /// <summary>The only process there is.</summary>
    public static readonly OverviewScope Host = new("host");

    /// <summary>One of several processes that share the work.</summary>
    public static readonly OverviewScope Instance = new("instance");
}

/// <summary>The answer of GET /api/overview; openapi.json says what each field means.</summary>
public sealed record OverviewResult(
    DateTimeOffset At,
    string Scope,
    DateTimeOffset CountingSince,
    IReadOnlyList<ProviderOverview> Providers
);

public sealed record ProviderOverview(string Provider, bool Enabled, bool Paused)
{
    public DateTimeOffset? PausedSince { get; init; }

    public string? PauseNote { get; init; }

    public required Circuit Circuit { get; init; }

    public DateTimeOffset? CircuitUntil { get; init; }

    public int Waiting { get; init; }

    public bool? IsWaitingAtLeast { get; init; }

    public DateTimeOffset? OldestWaiting { get; init; }

    public int Parked { get; init; }

    public bool? IsParkedAtLeast { get; init; }

    public int? RequestsPerMinute { get; init; }

    public int RequestsLastMinute { get; init; }

    public required PeriodOverview LastHour { get; init; }

    public required IReadOnlyList<PeriodOverview> Minutes { get; init; }
}

/// <summary>What the deliveries of a minute, or of the last hour, came to.</summary>
/// <param name="At">When the minute begins; null: it is the hour.</param>
public sealed record PeriodOverview(
    DateTimeOffset? At,
    int Delivered,
    int Skipped,
    int Retried,
    int Parked,
    int? P50Ms,
    int? P99Ms
)
{
    internal static PeriodOverview Of(MinuteCounts counts) =>
        new(
            counts.At,
            counts.Delivered,
            counts.Skipped,
            counts.Retried,
            counts.Parked,
            Milliseconds(counts.P50),
            Milliseconds(counts.P99)
        );

    private static int? Milliseconds(TimeSpan? duration) =>
        duration is { } known ? (int)Math.Round(known.TotalMilliseconds) : null;
}
