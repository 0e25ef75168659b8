using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Delivery;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Endpoints;

/// <summary>The routes under /api/orders, the same for every host.</summary>
public sealed class OrderEndpoints(OrderIntake intake, ILedger ledger, ProviderCatalog catalog, LargeBodies largeBodies)
{
    /// <summary>What a batch may have: about 10 KB for each of its 500 events.</summary>
    public const int MostBatchBytes = 5 * 1024 * 1024;

    /// <summary>POST /api/orders</summary>
    public async Task<IResult> SubmitAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(request, OrderEventReader.MostBytes, cancellationToken);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        var errors = new ValidationErrors();
        return await Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
            {
                if (await intake.SubmitAsync(body.Utf8, errors, cancellationToken) is not { } orderEvent)
                {
                    return Problems.Invalid(errors);
                }

                var accepted = Accepted(request, orderEvent);
                request.HttpContext.Response.Headers.Location = accepted.Status;
                return Results.Json(accepted, EndpointJson.Default.AcceptedResponse, statusCode: 202);
            }
        );
    }

    /// <summary>POST /api/orders/batch</summary>
    public async Task<IResult> SubmitBatchAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = await largeBodies.ReadAsync(request, MostBatchBytes, cancellationToken);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        var errors = new ValidationErrors();
        return await Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
            {
                // No Location: it names one resource, and a batch has an order's page for each of its events.
                return await intake.SubmitBatchAsync(body.Utf8, errors, cancellationToken) is { } accepted
                    ? Results.Json(
                        new BatchResponse(
                            accepted.Count,
                            [.. accepted.Select(orderEvent => Accepted(request, orderEvent))]
                        ),
                        EndpointJson.Default.BatchResponse,
                        statusCode: 202
                    )
                    : Problems.Invalid(errors);
            }
        );
    }

    /// <summary>POST /api/orders/preview: what each provider would be sent next, and nothing is sent.</summary>
    public async Task<IResult> PreviewAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(request, OrderEventReader.MostBytes, cancellationToken);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        var errors = new ValidationErrors();
        if (intake.Read(body.Utf8, errors) is not { } orderEvent)
        {
            return Problems.Invalid(errors);
        }

        return await Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
            {
                var previews = new List<PreviewedDelivery>();
                foreach (var provider in catalog.All)
                {
                    var entry = await ledger.FindAsync(orderEvent.Order.Id, provider.Name, cancellationToken);
                    previews.Add(Preview(provider, orderEvent, entry));
                }

                var answer = new PreviewResponse(orderEvent.EventId, orderEvent.Order.Id, previews);
                return Results.Json(answer, EndpointJson.Default.PreviewResponse);
            }
        );
    }

    /// <summary>GET /api/orders/{orderId}</summary>
    /// <param name="orderIds">What the path can mean: the first that the ledger knows is answered.</param>
    public Task<IResult> FindAsync(
        HttpRequest request,
        IReadOnlyList<string> orderIds,
        CancellationToken cancellationToken
    ) =>
        Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
            {
                foreach (var orderId in orderIds)
                {
                    var entries = await ledger.ListAsync(orderId, cancellationToken);
                    if (entries.Count > 0)
                    {
                        return Results.Json(
                            new OrderResponse(orderId, [.. entries.Select(Delivery)]),
                            EndpointJson.Default.OrderResponse
                        );
                    }
                }

                return Problems.NotFound("No delivery of this order was taken up yet.");
            }
        );

    // A path: which scheme and host the caller used, a proxy in front may not say.
    private AcceptedResponse Accepted(HttpRequest request, OrderEvent orderEvent) =>
        new(
            orderEvent.EventId,
            orderEvent.Order.Id,
            intake.ProvidersOf(orderEvent),
            $"{request.PathBase}/api/orders/{Uri.EscapeDataString(orderEvent.Order.Id)}"
        );

    private static DeliveryResponse Delivery(LedgerEntry entry) =>
        new(
            entry.Provider,
            entry.State,
            entry.Version.EventId,
            entry.Version.OccurredAt,
            entry.Reference,
            entry.Reason,
            entry.NextAttemptAt,
            entry.Attempts
        );

    private static PreviewedDelivery Preview(Provider provider, OrderEvent orderEvent, LedgerEntry? entry) =>
        DeliveryDecision.Next(orderEvent, entry, provider, isRepeated: false) switch
        {
            DeliveryDecision.Send { First: var first } => new PreviewedDelivery(
                provider.Name,
                Preview(provider, first.Request),
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

    private static PreviewedRequest Preview(Provider provider, ProviderRequest request)
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
