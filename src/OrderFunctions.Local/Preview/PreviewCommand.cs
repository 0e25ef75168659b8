using System.CommandLine;

namespace OrderFunctions.Local.Preview;

/// <summary>preview order.json</summary>
internal static class PreviewCommand
{
    public static Command Create()
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
                new Previewer(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).RunAsync(
                    parsed.GetRequiredValue(file),
                    token
                )
        );
        return command;
    }
}
