using Microsoft.AspNetCore.Http;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Preview;
using OrderFunctions.Providers;

namespace OrderFunctions.Endpoints;

/// <summary>The routes under /api/orders, the same for every host.</summary>
public sealed class OrderEndpoints(
    OrderIntake intake,
    ILedger ledger,
    LedgerOptions ledgerOptions,
    ProviderCatalog catalog,
    LargeBodies largeBodies,
    TimeProvider timeProvider
)
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

    /// <summary>POST /api/orders/batch?again=&amp;force=&amp;by=&amp;askedAt=</summary>
    public async Task<IResult> SubmitBatchAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var again = AgainQuery.Read(request.Query, catalog, timeProvider.GetUtcNow(), errors);
        if (errors.Any)
        {
            return new AfterBody(Problems.Invalid(errors));
        }

        using var body = await largeBodies.ReadAsync(request, MostBatchBytes, cancellationToken);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        return await Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
            {
                // No Location: it names one resource, and a batch has an order's page for each of its events.
                return await intake.SubmitBatchAsync(body.Utf8, again, errors, cancellationToken) is { } accepted
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
                var entries = await ledger.ListAsync(orderEvent.Order.Id, cancellationToken);
                var preview = OrderPreview.Of(
                    orderEvent,
                    catalog.All,
                    entries,
                    ledgerOptions,
                    timeProvider.GetUtcNow()
                );
                return Results.Json(preview, EndpointJson.Default.OrderPreview);
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
                if (await FindFirstAsync(orderIds, cancellationToken) is [var first, ..] entries)
                {
                    return Results.Json(
                        new OrderResponse(first.OrderId, [.. entries.Select(Delivery)]),
                        EndpointJson.Default.OrderResponse
                    );
                }

                return Problems.NotFound("No delivery of this order was taken up yet.");
            }
        );

    /// <summary>
    /// DELETE /api/orders/{orderId}/memory: erases what is remembered of the customer; the record of deliveries stays, and
    /// whom the events name in `providers`.
    /// </summary>
    /// <param name="orderIds">What the path can mean: the first that the ledger knows is meant.</param>
    public Task<IResult> EraseMemoryAsync(
        HttpRequest request,
        IReadOnlyList<string> orderIds,
        CancellationToken cancellationToken
    ) =>
        Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
            {
                var entries = await FindFirstAsync(orderIds, cancellationToken);
                foreach (var entry in entries)
                {
                    await ledger.ChangeAsync(entry.OrderId, entry.Provider, Erased, cancellationToken);
                }

                if (entries.Count > 0)
                {
                    return Results.NoContent();
                }

                return Problems.NotFound("No delivery of this order was taken up yet, so nothing is remembered of it.");
            }
        );

    // Null where it was deleted meanwhile.
    private LedgerEntry? Erased(LedgerEntry? entry) =>
        entry is null
            ? null
            : entry with
            {
                Memory = OrderMemory.Erase(entry.Memory, timeProvider.GetUtcNow()),
                Incomplete = null,
            };

    // The entries of the first order that the ledger knows; empty: it knows none.
    private async Task<IReadOnlyList<LedgerEntry>> FindFirstAsync(
        IReadOnlyList<string> orderIds,
        CancellationToken cancellationToken
    )
    {
        foreach (var orderId in orderIds)
        {
            var entries = await ledger.ListAsync(orderId, cancellationToken);
            if (entries.Count > 0)
            {
                return entries;
            }
        }

        return [];
    }

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
            entry.AskedAgain,
            entry.Attempts
        );
}
