using System.CommandLine;
using OrderFunctions.Endpoints;
using OrderFunctions.Json;
using OrderFunctions.Orders;

namespace OrderFunctions.Local.Commands;

/// <summary>preview order.json</summary>
internal static class PreviewCommand
{
    public static Command Create(TimeProvider timeProvider)
    {
        var file = new Argument<string>("file") { Description = "One order event as JSON; - reads standard input." };
        var command = new Command(
            "preview",
            """
            Shows the request that each provider would get of an order event, secrets masked, or why it would get none:
            the answer of POST /api/orders/preview, of an order that nobody was told of yet. Sends nothing and starts
            no server. Settings come from the environment, as the host's do.
            """
        )
        {
            file,
        };
        command.SetAction(
            (parsed, token) =>
                OfflineRun.RunAsync(
                    parsed.GetRequiredValue(file),
                    OrderEventReader.MostBytes,
                    "The request is too large; nothing was accepted.",
                    parsed.InvocationConfiguration,
                    (services, utf8) => Show(services, utf8, timeProvider.GetUtcNow()),
                    token
                )
        );
        return command;
    }

    private static (string?, ValidationErrors) Show(
        IServiceProvider services,
        ReadOnlyMemory<byte> utf8,
        DateTimeOffset now
    )
    {
        var problems = new ValidationErrors();
        return OfflineRun.Read(services, utf8, problems, now) is { } orderEvent
            ? (EndpointJson.Write(OfflineRun.Preview(services, orderEvent, now)), problems)
            : (null, problems);
    }
}
