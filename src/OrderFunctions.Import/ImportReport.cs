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
        return Text.Of(
            $"""
            lines read  {checkpoint.Read, 12:N0}
            accepted    {checkpoint.Accepted, 12:N0}
            refused     {checkpoint.Refused, 12:N0}{refused}

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
