using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Operators;
using OrderFunctions.Endpoints.Pages;

namespace OrderFunctions.Local;

/// <summary>The contract's routes, each with its handler in Core.</summary>
internal static class Routes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(
            "/api/orders",
            (HttpRequest request, OrderEndpoints orders, CancellationToken token) => orders.SubmitAsync(request, token)
        );
        app.MapPost(
            "/api/orders/batch",
            (HttpRequest request, OrderEndpoints orders, CancellationToken token) =>
                orders.SubmitBatchAsync(request, token)
        );
        app.MapPost(
            "/api/orders/preview",
            (HttpRequest request, OrderEndpoints orders, CancellationToken token) => orders.PreviewAsync(request, token)
        );
        Get(
            "/api/orders/{orderId}",
            (string orderId, HttpRequest request, OrderEndpoints orders, CancellationToken token) =>
                orders.FindAsync(request, [RequestPath.OrderId(request, orderId)], token)
        );
        app.MapDelete(
            "/api/orders/{orderId}" + RequestPath.Memory,
            (string orderId, HttpRequest request, OrderEndpoints orders, CancellationToken token) =>
                orders.EraseMemoryAsync(request, [RequestPath.OrderId(request, orderId, RequestPath.Memory)], token)
        );
        Get(
            "/api/parked",
            (HttpRequest request, ParkedEndpoints parked, CancellationToken token) => parked.ListAsync(request, token)
        );
        Get(
            "/api/parked/summary",
            (HttpRequest request, ParkedEndpoints parked, CancellationToken token) =>
                parked.SummarizeAsync(request, token)
        );
        app.MapPost(
            "/api/parked/replay",
            (HttpRequest request, ParkedEndpoints parked, CancellationToken token) => parked.ReplayAsync(request, token)
        );
        app.MapPost(
            "/api/parked/discard",
            (HttpRequest request, ParkedEndpoints parked, CancellationToken token) =>
                parked.DiscardAsync(request, token)
        );
        Get(
            "/api/parked/jobs",
            (HttpRequest request, ParkedEndpoints parked, CancellationToken token) =>
                parked.ListJobsAsync(request, token)
        );
        Get(
            "/api/parked/jobs/{id}",
            (string id, HttpRequest request, ParkedEndpoints parked, CancellationToken token) =>
                parked.FindJobAsync(request, id, token)
        );
        app.MapDelete(
            "/api/parked/jobs/{id}",
            (string id, HttpRequest request, ParkedEndpoints parked, CancellationToken token) =>
                parked.CancelJobAsync(request, id, token)
        );
        Get(
            "/api/returns",
            (HttpRequest request, ReturnEndpoints returns, CancellationToken token) => returns.ListAsync(request, token)
        );
        Get(
            "/api/overview",
            (HttpRequest request, OperationsEndpoints operations, CancellationToken token) =>
                operations.OverviewAsync(request, token)
        );
        app.MapPut(
            "/api/providers/{provider}/pause",
            (string provider, HttpRequest request, OperationsEndpoints operations, CancellationToken token) =>
                operations.PauseAsync(request, provider, token)
        );
        app.MapDelete(
            "/api/providers/{provider}/pause",
            (string provider, HttpRequest request, OperationsEndpoints operations, CancellationToken token) =>
                operations.ResumeAsync(request, provider, token)
        );
        foreach (var platform in new[] { "shopify", "woocommerce" })
        {
            app.MapPost(
                $"/webhooks/{platform}",
                (HttpRequest request, WebhookEndpoints webhooks, CancellationToken token) =>
                    webhooks.TakeAsync(request, platform, token)
            );
        }

        app.MapPost(
            "/api/clicks",
            (HttpRequest request, ClickEndpoints clicks, CancellationToken token) => clicks.SubmitAsync(request, token)
        );
        app.MapPost(
            "/clicks",
            (HttpRequest request, ClickEndpoints clicks, CancellationToken token) =>
                clicks.SubmitFromPageAsync(request, token)
        );
        app.MapMethods(
            "/clicks",
            [HttpMethods.Options],
            (HttpRequest request, ClickEndpoints clicks) => clicks.Preflight(request)
        );
        Get("/attribution.js", (HttpResponse response) => AttributionScript.Get(response));
        Get(
            "/gallery",
            (HttpRequest request, GalleryEndpoint gallery, CancellationToken token) => gallery.ListAsync(request, token)
        );
        Get("/retrack", (HttpRequest request, RetrackEndpoint retrack) => retrack.Redirect(request));
        Get("/health/live", () => HealthEndpoints.Live());
        Get("/health/ready", (HealthEndpoints health, CancellationToken token) => health.ReadyAsync(token));
        Get("/openapi.json", () => OpenApiEndpoint.Get());
        Get("/console", (HttpResponse response) => ConsolePage.Get(response));

        // Routing takes HEAD only where it is named.
        void Get(string pattern, Delegate handler) =>
            app.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handler);
    }
}
