using Microsoft.AspNetCore.Http;
using OrderFunctions.Gallery;
using OrderFunctions.Json;
using OrderFunctions.Providers.Duel;

namespace OrderFunctions.Endpoints.Pages;

/// <summary>GET /gallery?sku=&amp;source=&amp;type=&amp;limit=: Duel's assets for the shop's pages.</summary>
public sealed class GalleryEndpoint(AssetGallery gallery, GalleryOptions options, AllowedOrigins origins)
{
    private const int UsualLimit = 20;
    private const int MostItems = 100;

    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        if (!options.Enabled)
        {
            return Problems.NotFound("The gallery is off: set Gallery__Enabled to true.");
        }

        if (!origins.Allows(request.HttpContext) && !IsSameOrigin(request))
        {
            return Problems.OriginNotAllowed();
        }

        var errors = new ValidationErrors();
        var query = new QueryReader(request.Query, errors);
        query.RefuseUnknown(["sku", "source", "type", "limit"], takesKey: false);
        var (sku, type) = (query.Text("sku"), query.Text("type"));
        var source = query.OneOf("source", "ugc", "operator");
        var limit = query.Limit(UsualLimit, MostItems);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        if (await gallery.GetAsync(cancellationToken) is not { } fetched)
        {
            return Problems.NoGalleryYet(response);
        }

        var found = fetched
            .Items.Where(asset => sku is null || asset.ProductSkus.Contains(sku, StringComparer.Ordinal))
            .Where(asset => source is null || source.Equals(asset.Source, StringComparison.OrdinalIgnoreCase))
            .Where(asset => type is null || IsOfType(asset, type))
            .Take(limit)
            .Select(asset => options.MemberIds ? asset : asset with { MemberId = null });
        response.Headers.CacheControl = "public, max-age=60";
        return Results.Json(new GalleryResponse([.. found], fetched.At), EndpointJson.Default.GalleryResponse);
    }

    // Behind the shop's own domain a browser sends no Origin with a GET.
    private static bool IsSameOrigin(HttpRequest request) =>
        request.Headers.Origin.Count == 0 && request.Headers["Sec-Fetch-Site"] == "same-origin";

    /// <param name="type">A MIME type, or its first part: image.</param>
    private static bool IsOfType(DuelAsset asset, string type) =>
        asset.FileType is { } own
        && (
            own.Equals(type, StringComparison.OrdinalIgnoreCase)
            || own.StartsWith($"{type}/", StringComparison.OrdinalIgnoreCase)
        );
}
