using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.Endpoints;

namespace OrderFunctions.App.Functions;

/// <summary>The routes under /webhooks; a signature stands in a key's place.</summary>
public sealed class WebhookRoutes(WebhookEndpoints webhooks)
{
    [Function("ShopifyWebhook")]
    public Task<IResult> ShopifyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webhooks/shopify")] HttpRequest request,
        CancellationToken cancellationToken
    ) => webhooks.TakeAsync(request, "shopify", cancellationToken);

    [Function("WooCommerceWebhook")]
    public Task<IResult> WooCommerceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webhooks/woocommerce")] HttpRequest request,
        CancellationToken cancellationToken
    ) => webhooks.TakeAsync(request, "woocommerce", cancellationToken);
}
