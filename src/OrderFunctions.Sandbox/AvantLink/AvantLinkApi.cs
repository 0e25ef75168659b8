using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.AvantLink;

/// <summary>
/// AvantLink's order endpoint (seeds: avantlink-order-tracking) and its click endpoint (public page Server-to-Server
/// Integration: Click Tracking). Neither documents an Authorization header. The answer to a click is not known: it is
/// that to an order.
/// </summary>
public sealed class AvantLinkApi() : ProviderApi("AvantLink", MerchantId)
{
    /// <summary>The only merchant that AvantLink knows (seeds: avantlink-order-tracking).</summary>
    public static readonly SandboxSetting MerchantId = new(
        "Providers:AvantLink:MerchantId",
        "6f1d3a52-7d0c-4c0e-9b3e-0a1c5a7e2d11",
        IsUuid: true
    );

    private readonly AvantLinkOrders _orders = new();
    private readonly ConcurrentQueue<AvantLinkClick> _clicks = new();

    /// <summary>The order as AvantLink first got it.</summary>
    public AvantLinkOrder? Find(string orderNumber) => _orders.Find(orderNumber);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<AvantLinkClick> Clicks => [.. _clicks];

    /// <inheritdoc/>
    public override bool HasOrder(string orderId) => Find(orderId) is not null;

    internal override IReadOnlyList<ProviderRoute> Routes { get; } =
    [
        new("POST", "/avantlink/merchants/{merchant_id}/tracking/order", "records an order"),
        new("POST", "/avantlink/merchants/{merchant_id}/tracking/click", "records a click"),
    ];

    internal override Response Handle(SandboxRequest request) =>
        (request.Segments, request.Method) switch
        {
            ([_, "merchants", var merchant, "tracking", "order" or "click"], _) when !IsKnown(merchant) => Refuse(
                404,
                [$"There is no merchant '{merchant}'."]
            ),
            ([_, "merchants", _, "tracking", "order"], "POST") => Record(
                request,
                AvantLinkFields.ReadOrder,
                _orders.Record
            ),
            ([_, "merchants", _, "tracking", "click"], "POST") => Record(
                request,
                AvantLinkFields.ReadClick,
                _clicks.Enqueue
            ),
            ([_, "merchants", _, "tracking", "order" or "click"], _) => WrongMethod(request, "POST"),
            _ => UnknownPath(request),
        };

    internal override Response Refuse(int statusCode, IReadOnlyList<string> problems)
    {
        var sentence = string.Join(' ', problems);
        var error = new AvantLinkError(sentence, AvantLinkProblems.Key(problems), "InvalidArgumentException");
        return Response.Json(statusCode, error, AvantLinkJson.SnakeCase.AvantLinkError) with { Problem = sentence };
    }

    internal override void Clear()
    {
        _orders.Clear();
        _clicks.Clear();
    }

    private bool IsKnown(string merchant) =>
        Guid.TryParseExact(merchant, "D", out var id) && id == Guid.Parse(Value(MerchantId));

    private Response Record<T>(SandboxRequest request, Func<JsonElement, List<string>, T> read, Action<T> record)
    {
        if (ReadObject(request, out var body) is { } refusal)
        {
            return refusal;
        }

        var problems = HeaderProblems(request).ToList();
        var received = read(body, problems);
        if (problems.Count > 0)
        {
            return Refuse(400, problems);
        }

        record(received);
        return Response.Json(200, new AvantLinkSuccess(true), AvantLinkJson.SnakeCase.AvantLinkSuccess);
    }

    private static IEnumerable<string> HeaderProblems(SandboxRequest request)
    {
        if (!AcceptsJson(request.Headers.GetValueOrDefault("Accept")))
        {
            yield return "The header Accept must be application/json.";
        }

        var agent = request.Headers.GetValueOrDefault("User-Agent");
        if (string.IsNullOrWhiteSpace(agent))
        {
            yield return "The header User-Agent is required.";
        }
        else if (agent.Contains("Mozilla/", StringComparison.OrdinalIgnoreCase))
        {
            yield return "The header User-Agent must be the server's own; the browser's belongs into user_agent.";
        }

        if (request.Authorization is not null)
        {
            yield return "No Authorization header is documented.";
        }
    }

    private static bool AcceptsJson(string? accept) =>
        (accept ?? "")
            .Split(',')
            .Any(part =>
                MediaTypeWithQualityHeaderValue.TryParse(part, out var media)
                && "application/json".Equals(media.MediaType, StringComparison.OrdinalIgnoreCase)
            );
}
