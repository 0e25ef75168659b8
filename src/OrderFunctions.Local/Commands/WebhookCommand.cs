using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Endpoints;
using OrderFunctions.Hosting;
using OrderFunctions.Import;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Preview;
using OrderFunctions.Providers;
using OrderFunctions.Storefronts;

namespace OrderFunctions.Local.Commands;

/// <summary>webhook shopify payload.json</summary>
internal static class WebhookCommand
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create(TimeProvider timeProvider)
    {
        var platform = new Argument<string>("platform") { Description = "shopify or woocommerce." };
        platform.AcceptOnlyFromAmong("shopify", "woocommerce");
        var file = new Argument<string>("file") { Description = "The payload as JSON; - reads standard input." };
        var topic = new Option<string>("--topic")
        {
            Description = "What happened, in the platform's words, such as order.deleted; left out: an order's news.",
        };
        var command = new Command(
            "webhook",
            """
            Shows the order event that a shop platform's webhook would make, and the request that each provider would get
            of it, of an order that nobody was told of yet. Checks no signature, sends nothing and starts no server.
            Settings come from the environment, as the host's do.
            """
        )
        {
            platform,
            file,
            topic,
        };
        command.SetAction(
            (parsed, token) =>
                RunAsync(
                    parsed.GetRequiredValue(platform),
                    parsed.GetRequiredValue(file),
                    parsed.GetValue(topic),
                    parsed.InvocationConfiguration.Output,
                    parsed.InvocationConfiguration.Error,
                    timeProvider,
                    token
                )
        );
        return command;
    }

    /// <returns>The exit code.</returns>
    private static async Task<int> RunAsync(
        string platform,
        string path,
        string? topic,
        TextWriter output,
        TextWriter error,
        TimeProvider timeProvider,
        CancellationToken cancellationToken
    )
    {
        var problems = new ValidationErrors();
        try
        {
            await using var file = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            await using var services = PreviewCommand.Services();
            var utf8 = await PreviewCommand.ReadAsync(file, WebhookEndpoints.MostBytes, cancellationToken);
            if (utf8.Length > WebhookEndpoints.MostBytes)
            {
                await error.WriteLineAsync(
                    $"The payload is too large. At most {WebhookEndpoints.MostBytes} bytes are taken."
                );
                return ExitCodes.NotAll;
            }

            var now = timeProvider.GetUtcNow();
            var storefront = services.GetRequiredService<StorefrontCatalog>().Get(platform)!;
            switch (storefront.Map(topic, utf8, shop: null, now))
            {
                case Mapping.Ignored(var reason):
                    await output.WriteLineAsync($"Nobody is told of it: it would be ignored ({reason}).");
                    return ExitCodes.Done;
                case Mapping.Failed(_, var found):
                    problems = found;
                    break;
                case Mapping.Order(var mapped, _):
                    var latest = services.GetRequiredService<IntakeOptions>().Latest(now);
                    var reader = services.GetRequiredService<OrderEventReader>();
                    if (reader.Read(CanonicalJson.Write(mapped), problems, latest) is { } orderEvent)
                    {
                        var providers = services.GetRequiredService<ProviderCatalog>().All;
                        var preview = OrderPreview.Of(orderEvent, providers, entries: [], new LedgerOptions(), now);
                        await output.WriteLineAsync(Write(orderEvent, preview));
                        return ExitCodes.Done;
                    }

                    break;
                default:
                    break;
            }
        }
        catch (SettingsException problem)
        {
            await error.WriteLineAsync(problem.Message);
            return ExitCodes.NotAll;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"{path} can't be read: {problem.Message}");
            return ExitCodes.WrongUsage;
        }

        await PreviewCommand.ExplainAsync(problems, error);
        return ExitCodes.NotAll;
    }

    private static string Write(OrderEvent orderEvent, OrderPreview preview) =>
        new JsonObject
        {
            ["event"] = JsonNode.Parse(CanonicalJson.Write(orderEvent)),
            ["preview"] = JsonNode.Parse(EndpointJson.Write(preview)),
        }.ToJsonString(Indented);
}
