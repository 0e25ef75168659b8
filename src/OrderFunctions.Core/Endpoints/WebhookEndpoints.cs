using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrderFunctions.Credentials;
using OrderFunctions.Diagnostics;
using OrderFunctions.Storefronts;
using OrderFunctions.Webhooks;

namespace OrderFunctions.Endpoints;

/// <summary>
/// POST /webhooks/{platform}. A good signature is answered 200 whatever the body says: after some other answers in a row
/// both platforms stop sending. Only the bus is touched, so that the answer comes within their patience.
/// </summary>
public sealed partial class WebhookEndpoints(
    StorefrontCatalog storefronts,
    WebhookSecrets secrets,
    WebhookIntake intake,
    RefusedSignatures refused,
    TimeProvider timeProvider,
    ILogger<WebhookEndpoints> logger
) : IDisposable
{
    /// <summary>What a platform's payload may have: the order event that is made of it has 192 KB at the most.</summary>
    public const int MostBytes = 5 * 1024 * 1024;

    private const int LongestHeader = 256;
    private const int LongestPing = 64;

    // Of their own: who has no key must not take up the room of who has.
    private readonly LargeBodies _bodies = new(timeProvider);

    public void Dispose() => _bodies.Dispose();

    /// <param name="platform">The platform's name, as in the route.</param>
    public async Task<IResult> TakeAsync(HttpRequest request, string platform, CancellationToken cancellationToken)
    {
        if (storefronts.Get(platform) is not { Options.Enabled: true } storefront)
        {
            return new AfterBody(
                Problems.NotFound($"Webhooks of {platform} are not taken here: they are not enabled.")
            );
        }

        var header = Header(request, storefront.SignatureHeaders);
        if (header is null && await IsPingAsync(request, storefront, cancellationToken))
        {
            Telemetry.WebhooksIgnored.Add(1, Telemetry.Storefront(platform), new("reason", IgnoredBecause.Ping));
            return Results.Ok();
        }

        var caller = CallerLimit.CallerOf(request);
        if (refused.IsExhausted(caller))
        {
            return Problems.TooManyRequests(request.HttpContext.Response, CallerLimit.Window);
        }

        if (WebhookSecrets.Signature(header) is not { } signature)
        {
            return Refuse(platform, caller);
        }

        using var body = await _bodies.ReadAnyAsync(request, MostBytes, cancellationToken);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        try
        {
            var signer = await secrets.FindSignerAsync(storefront, body.Utf8, signature, cancellationToken);
            return signer is null
                ? Refuse(platform, caller)
                : await AcceptAsync(request, storefront, signer, body.Utf8, cancellationToken);
        }
        catch (CredentialUnavailableException)
        {
            // The secrets' own log says which and why.
            refused.Count(caller);
            return Problems.NotNow(request.HttpContext.Response);
        }
    }

    private async Task<IResult> AcceptAsync(
        HttpRequest request,
        Storefront storefront,
        Signer signer,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        var webhook = new Webhook(
            storefront.Name,
            signer.Shop,
            Header(request, storefront.ShopHeaders),
            Header(request, storefront.TopicHeaders),
            timeProvider.GetUtcNow(),
            body
        );
        using var patience = new CancellationTokenSource(storefront.Patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await Problems.OrUnavailableAsync(
                request.HttpContext.Response,
                async () =>
                {
                    await intake.TakeAsync(webhook, either.Token);
                    return Results.Ok();
                }
            );
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // The bus may have it all the same; sent again, it is known.
            return Problems.NotNow(request.HttpContext.Response);
        }
    }

    private IResult Refuse(string platform, string caller)
    {
        refused.Count(caller);
        Telemetry.WebhooksRefused.Add(1, Telemetry.Storefront(platform));
        Refused(platform);
        return Problems.BadSignature();
    }

    // WooCommerce's, when a webhook is made: unsigned, a form of one number, and anything but 200 is shown as an error.
    private static async Task<bool> IsPingAsync(
        HttpRequest request,
        Storefront storefront,
        CancellationToken cancellationToken
    )
    {
        if (
            !storefront.SendsPing
            || request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
                != true
            || request.ContentLength is not <= LongestPing
        )
        {
            return false;
        }

        using var body = await RequestBody.ReadAnyAsync(request, LongestPing, cancellationToken);
        return body.Problem is null && Ping().IsMatch(Encoding.ASCII.GetString(body.Utf8.Span));
    }

    // Theirs, and unsigned: they are told to people, so no more of them than it takes.
    private static string? Header(HttpRequest request, IReadOnlyList<string> names) =>
        names.Select(name => request.Headers[name].ToString()).FirstOrDefault(value => value.Length > 0)
            is { Length: <= LongestHeader } found
        && !found.Any(char.IsControl)
            ? found
            : null;

    [GeneratedRegex(@"\Awebhook_id=[0-9]{1,20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Ping();

    [LoggerMessage(
        120,
        LogLevel.Warning,
        "webhook.refused {Storefront}: the signature does not verify; if the shop sent it, its secret is another than ours"
    )]
    private partial void Refused(string storefront);
}
