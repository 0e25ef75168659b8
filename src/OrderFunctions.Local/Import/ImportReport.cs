using System.Text;

namespace OrderFunctions.Local.Import;

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

    public static string Counts(Checkpoint checkpoint, ImportOptions options, TimeSpan took)
    {
        var refused = checkpoint.Refused == 0 ? "" : $", see {options.RefusedFile}";
        return Text.Of(
            $"""
            lines read  {checkpoint.Read, 12:N0}
            accepted    {checkpoint.Accepted, 12:N0}
            refused     {checkpoint.Refused, 12:N0}{refused}
            took        {Text.Of(took), 12}

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
            Text.Of($"How the {tally.OrderCount:N0} orders stand, and the calls made for them since this import began:")
        );
        report.AppendLine($"{"", -10}{string.Concat(states.Append("calls").Select(state => $"{state, 11}"))}");
        foreach (var (name, provider) in tally.Providers)
        {
            var numbers = states.Select(provider.Orders).Append(provider.Calls);
            report.AppendLine($"{name, -10}{string.Concat(numbers.Select(number => Text.Of($"{number, 11:N0}")))}");
        }

        return report.AppendLine().AppendLine(Verdict(tally, since)).ToString();
    }

    private static string Verdict(DeliveryTally tally, DateTimeOffset since)
    {
        var open = tally.In(ProviderTally.Retrying, ProviderTally.Waiting);
        var parked = tally.In(ProviderTally.Parked);
        var calls =
            tally.Calls == 0
                ? Text.Of($"No provider was called for these orders since this import began ({since:u})")
                : Text.Of(
                    $"Providers were called {tally.Calls:N0} times for these orders since this import began ({since:u})"
                );
        var told = (tally.Calls, open, parked) switch
        {
            (0, 0, 0) => ": all of it was told already.",
            _ => ".",
        };
        var waiting =
            open == 0
                ? ""
                : Text.Of(
                    $" {open:N0} deliveries are still to come: the same command again shows later how they stand, and tells nobody twice."
                );
        var forPerson =
            parked == 0
                ? ""
                : Text.Of($" {parked:N0} deliveries are parked and wait for a person: GET /api/parked says why.");
        return calls + told + waiting + forPerson;
    }
}
