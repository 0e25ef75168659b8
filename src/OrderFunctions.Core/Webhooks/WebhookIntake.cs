using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrderFunctions.Bus;
using OrderFunctions.Diagnostics;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Redaction;
using OrderFunctions.Storefronts;

namespace OrderFunctions.Webhooks;

/// <summary>
/// Makes order events of webhooks and puts them on the bus; what can't be mapped is put where it is parked. Where only
/// the shop's API knows what came back, the webhook goes to orders-inbound and the shop is asked from there: the webhook's
/// own answer waits for the bus alone.
/// </summary>
public sealed partial class WebhookIntake(
    StorefrontCatalog storefronts,
    OrderIntake intake,
    IBus bus,
    ShopApi api,
    TimeProvider timeProvider,
    ILogger<WebhookIntake> logger
)
{
    /// <summary>When a shop is asked again that did not say what came back; after the last an estimate is told.</summary>
    public static readonly IReadOnlyList<TimeSpan> ApiDelays = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10)];

    /// <summary>Takes a webhook: returns once the bus has it, as an event or as what can't be one.</summary>
    /// <exception cref="BusUnavailableException">Nothing was accepted.</exception>
    public async Task TakeAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        var (mapping, problems) = Map(webhook);
        var message =
            RefundsUrl(webhook, mapping) is not null && webhook.WholeMessage(OrderIdOf(mapping)) is { } whole ? whole
            : await IsAcceptedAsync(webhook, mapping, problems, cancellationToken) ? null
            : webhook.Message(OrderIdOf(mapping), problems);
        if (message is not null)
        {
            using var send = Tracing.StartSend(Entities.Inbound, messages: 1);
            message = message with { TraceParent = Activity.Current?.Id };
            await bus.ScheduleAsync(Entities.Inbound, message, timeProvider.GetUtcNow(), cancellationToken);
        }
    }

    /// <summary>
    /// Takes a webhook that waited on orders-inbound: for what the shop's API says, or because it could not be mapped, and
    /// settings or code may have changed.
    /// </summary>
    /// <returns>How to dead-letter it; null: it is accepted now.</returns>
    /// <exception cref="BusUnavailableException">Nothing was accepted.</exception>
    public async Task<DeadLetter?> TakeAgainAsync(
        BusMessage message,
        Webhook webhook,
        CancellationToken cancellationToken
    )
    {
        var (mapping, problems) = Map(webhook);
        if (RefundsUrl(webhook, mapping) is { } url)
        {
            var (exact, problem) = await AskAsync(webhook, url, cancellationToken);
            var words = $"The shop's API does not say what came back: {problem}.";
            if (exact is null && message.Retries < ApiDelays.Count)
            {
                var due = timeProvider.GetUtcNow() + ApiDelays[message.Retries];
                return DeadLetter.Retry(words, due, message.Retries + 1, message.Attempts + 1);
            }

            if (exact is null)
            {
                Estimated(webhook.Words(OrderIdOf(mapping)), words);
            }

            mapping = exact ?? mapping;
        }

        return await IsAcceptedAsync(webhook, mapping, problems, cancellationToken)
            ? null
            : DeadLetter.Rejected(
                message,
                new Redactor().Redact(
                    $"The webhook could not be mapped: {webhook.Words(OrderIdOf(mapping) ?? message.OrderId)}. {problems} {webhook.Problems}".TrimEnd()
                )
            );
    }

    private (Mapping Mapping, ValidationErrors Problems) Map(Webhook webhook, ReadOnlyMemory<byte>? refunds = null)
    {
        var problems = new ValidationErrors();
        if (webhook.Body is not { } body)
        {
            problems.Add(
                "$",
                "had more bytes than a message holds, and was not kept: let the shop save the order anew"
            );
            return (new Mapping.Failed(null, problems), problems);
        }

        if (storefronts.Get(webhook.Storefront) is not { } storefront)
        {
            problems.Add("$.webhook.storefront", "is none that there is");
            return (new Mapping.Failed(null, problems), problems);
        }

        var mapping = storefront.Map(webhook.Topic, body, webhook.Shop, webhook.ReceivedAt, refunds);
        return (mapping, mapping is Mapping.Failed failed ? failed.Problems : problems);
    }

    private static string? OrderIdOf(Mapping mapping) =>
        mapping switch
        {
            Mapping.Order order => order.OrderId,
            Mapping.Failed failed => failed.OrderId,
            _ => null,
        };

    // Where the shop is to be asked what came back; null: the payload says all, or the shop is not asked.
    private Uri? RefundsUrl(Webhook webhook, Mapping mapping) =>
        mapping is Mapping.Order { IsEstimate: true, OrderId: { } id }
            ? storefronts.Get(webhook.Storefront)?.RefundsUrl(id, webhook.Shop)
            : null;

    private async Task<(Mapping? Exact, string? Problem)> AskAsync(
        Webhook webhook,
        Uri url,
        CancellationToken cancellationToken
    )
    {
        var names = storefronts.Get(webhook.Storefront)!.ApiSecrets(webhook.Shop)!.Value;
        var (body, problem) = await api.GetAsync(url, names, cancellationToken);
        return body is null ? (null, problem)
            : Map(webhook, body).Mapping is Mapping.Order { IsEstimate: false } exact ? (exact, null)
            : (null, "its answer lacks a refund that the webhook names");
    }

    private async Task<bool> IsAcceptedAsync(
        Webhook webhook,
        Mapping mapping,
        ValidationErrors problems,
        CancellationToken cancellationToken
    )
    {
        switch (mapping)
        {
            case Mapping.Order(var orderEvent, _):
                // Through the same gate as everybody's.
                var accepted = await intake.SubmitAsync(CanonicalJson.Write(orderEvent), problems, cancellationToken);
                return accepted is not null;
            case Mapping.Ignored(var reason):
                Telemetry.WebhooksIgnored.Add(1, Telemetry.Storefront(webhook.Storefront), new("reason", reason));
                return true;
            default:
                return false;
        }
    }

    [LoggerMessage(
        121,
        LogLevel.Warning,
        "webhook.estimated {Webhook}: lines and tax are told in proportion. {Reason}"
    )]
    private partial void Estimated(string webhook, string reason);
}
