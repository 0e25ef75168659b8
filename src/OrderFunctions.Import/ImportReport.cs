using System.Globalization;
using System.Text;

namespace OrderFunctions.Import;

/// <summary>What an import says at its end.</summary>
internal static class ImportReport
{
    private static readonly string[] States =
    [
        "delivered",
        "skipped",
        ProviderTally.Retrying,
        ProviderTally.Parked,
        ProviderTally.Waiting,
    ];

    public static string Counts(Checkpoint checkpoint, ImportOptions options)
    {
        var refused = checkpoint.Refused == 0 ? "" : $", see {options.RefusedFile}";
        var again =
            options.Again.Count == 0
                ? ""
                : $"\ntold anew   {string.Join(", ", options.Again)}{(options.IsForced ? ", forced" : "")}, asked by {options.By}";
        return Text.Of(
            $"""
            lines read  {checkpoint.Read, 12:N0}
            accepted    {checkpoint.Accepted, 12:N0}
            refused     {checkpoint.Refused, 12:N0}{refused}{again}

            """
        );
    }

    public static string Deliveries(DeliveryTally tally, DateTimeOffset since)
    {
        var report = new StringBuilder();
        var states = States
            .Concat(tally.Providers.Values.SelectMany(provider => provider.States).Except(States).Order())
            .ToList();
        report.AppendLine(
            Text.Of(
                $"How the orders stand ({tally.OrderCount:N0}), and the calls made for them since this import began:"
            )
        );
        report.AppendLine($"{"", -10}{string.Concat(states.Append("calls").Select(state => $"{state, 11}"))}");
        foreach (var (name, provider) in tally.Providers)
        {
            var numbers = states.Select(provider.Orders).Append(provider.Calls);
            report.AppendLine($"{name, -10}{string.Concat(numbers.Select(number => Text.Of($"{number, 11:N0}")))}");
        }

        return report.AppendLine().Append(Classification(tally, since)).ToString();
    }

    private static string Classification(DeliveryTally tally, DateTimeOffset since)
    {
        var open = tally.In(ProviderTally.Retrying, ProviderTally.Waiting);
        var parked = tally.In(ProviderTally.Parked);
        var calls =
            tally.Calls == 0
                ? Text.Of($"No provider was called for these orders since this import began ({since:u})")
                : Text.Of($"Calls for these orders since this import began ({since:u}): {tally.Calls:N0}");
        var told = (tally.Calls, open, parked) is (0, 0, 0) ? ": all of it was told already." : ".";
        var waiting =
            open == 0
                ? ""
                : Text.Of(
                    $"\nDeliveries still to come: {open:N0}. The same command again shows how they stand, and tells nobody twice."
                );
        var forPerson =
            parked == 0
                ? ""
                : Text.Of($"\nDeliveries that are parked for a person: {parked:N0}. GET /api/parked says why.");
        return calls + told + waiting + forPerson;
    }
}

/// <summary>How the file's orders stand at each provider.</summary>
internal sealed class DeliveryTally
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, ProviderTally> _providers = new(StringComparer.Ordinal);

    public long OrderCount { get; private set; }

    public IReadOnlyDictionary<string, ProviderTally> Providers => _providers;

    public long Calls => _providers.Values.Sum(provider => provider.Calls);

    public long In(params IEnumerable<string> states) =>
        states.Sum(state => _providers.Values.Sum(provider => provider.Orders(state)));

    /// <summary>Counts one order.</summary>
    /// <param name="newest">Provider -> the file's newest event for it.</param>
    /// <param name="deliveries">What the server says of the order.</param>
    /// <param name="again">The providers that are told anew.</param>
    /// <param name="since">When the import began.</param>
    public void Add(
        IEnumerable<(string Provider, DateTimeOffset OccurredAt)> newest,
        IReadOnlyList<DeliveryStatus> deliveries,
        IReadOnlyList<string> again,
        DateTimeOffset since
    )
    {
        lock (_lock)
        {
            OrderCount++;
            foreach (var (provider, occurredAt) in newest)
            {
                if (!_providers.TryGetValue(provider, out var tally))
                {
                    _providers.Add(provider, tally = new ProviderTally());
                }

                var delivery = deliveries.FirstOrDefault(delivery => delivery.Provider == provider);
                tally.Add(
                    DeliveryStatus.StateOf(delivery, occurredAt, again.Contains(provider) ? since : null),
                    delivery?.Attempts.LongCount(attempt => attempt.At >= since) ?? 0
                );
            }
        }
    }
}

/// <summary>How the file's orders stand at one provider.</summary>
internal sealed class ProviderTally
{
    /// <summary>The file's newest event of the order waits on the bus, or the ledger has forgotten the order.</summary>
    public const string Waiting = "waiting";

    public const string Parked = "parked";
    public const string Retrying = "retrying";

    private readonly Dictionary<string, long> _orders = new(StringComparer.Ordinal);

    /// <summary>The calls made to it for these orders since the import began.</summary>
    public long Calls { get; private set; }

    public IReadOnlyCollection<string> States => _orders.Keys;

    public long Orders(string state) => _orders.GetValueOrDefault(state);

    public void Add(string state, long calls)
    {
        _orders[state] = Orders(state) + 1;
        Calls += calls;
    }
}

/// <summary>Numbers as every machine writes them.</summary>
internal static class Text
{
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Of(TimeSpan time) =>
        time < TimeSpan.FromMinutes(1) ? Of($"{time.TotalSeconds:0.0} s")
        : time < TimeSpan.FromHours(1) ? Of($"{time:m\\:ss} min")
        : Of($"{(long)time.TotalHours}:{time:mm\\:ss} h");
}
