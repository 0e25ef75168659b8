using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Pages;

namespace OrderFunctions.App.Functions;

/// <summary>The routes for the shop's pages, and the one for its server that has a key.</summary>
public sealed class StorefrontRoutes(ClickEndpoints clicks, GalleryEndpoint gallery)
{
    [Function("AttributionScript")]
    public static IResult Script(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "attribution.js")] HttpRequest request
    ) => AttributionScript.Get(request.HttpContext.Response);

    [Function("SubmitClick")]
    public Task<IResult> SubmitClickAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/clicks")] HttpRequest request,
        CancellationToken cancellationToken
    ) => clicks.SubmitAsync(request, cancellationToken);

    [Function("ReportClick")]
    public Task<IResult> ReportClickAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "clicks")] HttpRequest request,
        CancellationToken cancellationToken
    ) => clicks.SubmitFromPageAsync(request, cancellationToken);

    [Function("ReportClickPreflight")]
    public IResult Preflight(
        [HttpTrigger(AuthorizationLevel.Anonymous, "options", Route = "clicks")] HttpRequest request
    ) => clicks.Preflight(request);

    [Function("Gallery")]
    public Task<IResult> GalleryAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "gallery")] HttpRequest request,
        CancellationToken cancellationToken
    ) => gallery.ListAsync(request, cancellationToken);
}
