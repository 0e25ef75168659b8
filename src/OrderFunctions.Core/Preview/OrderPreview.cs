using System.Text.Json;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Preview;

/// <summary>What each provider would be sent next of an order event, by the rules of a delivery; nothing is sent.</summary>
/// <param name="Providers">One for each provider, in the catalog's order.</param>
public sealed record OrderPreview(string EventId, string OrderId, IReadOnlyList<PreviewedDelivery> Providers)
{
    /// <param name="entries">What is on record of the order; none: no provider has been told of it yet.</param>
    public static OrderPreview Of(
        OrderEvent orderEvent,
        IEnumerable<Provider> providers,
        IReadOnlyList<LedgerEntry> entries,
        LedgerOptions options,
        DateTimeOffset now
    ) =>
        new(
            orderEvent.EventId,
            orderEvent.Order.Id,
            [
                .. providers.Select(provider =>
                    Delivery(
                        provider,
                        orderEvent,
                        entries.FirstOrDefault(entry => entry.Provider == provider.Name),
                        options,
                        now
                    )
                ),
            ]
        );

    private static PreviewedDelivery Delivery(
        Provider provider,
        OrderEvent orderEvent,
        LedgerEntry? entry,
        LedgerOptions options,
        DateTimeOffset now
    ) =>
        DeliveryDecision.Next(orderEvent, entry, provider, options, now, isRepeated: false) switch
        {
            DeliveryDecision.Send { First: var first } => new PreviewedDelivery(
                provider.Name,
                Request(provider, first.Request),
                null,
                first.Note
            ),
            DeliveryDecision.Finish { Outcome: var outcome } => new PreviewedDelivery(
                provider.Name,
                null,
                outcome is Outcome.Delivered ? "the provider has it so already" : outcome.Reason,
                null
            ),
            var decision => throw new InvalidOperationException($"No preview of {decision}."),
        };

    private static PreviewedRequest Request(Provider provider, ProviderRequest request)
    {
        using var message = request.ToHttp(provider.Options.BaseUrl, request.Credential.Masked);
        var headers = message.Headers.Concat(message.Content?.Headers.AsEnumerable() ?? []);
        return new PreviewedRequest(
            request.Purpose,
            request.Method.Method,
            request.Address(provider.Options.BaseUrl).AbsoluteUri,
            headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value)),
            request.Body is null ? null : JsonElement.Parse(request.Body)
        );
    }
}

/// <summary>What one provider would be sent.</summary>
/// <param name="Request">Null: nothing would be sent.</param>
/// <param name="Reason">Why nothing would be sent; null where <paramref name="Request"/> would be.</param>
/// <param name="Note">What a person should know about the request.</param>
public sealed record PreviewedDelivery(string Provider, PreviewedRequest? Request, string? Reason, string? Note);

/// <summary>A request as it would be sent, its credentials masked.</summary>
/// <param name="Purpose">create, update, reject or look-up.</param>
public sealed record PreviewedRequest(
    string Purpose,
    string Method,
    string Url,
    IReadOnlyDictionary<string, string> Headers,
    JsonElement? Body
);
