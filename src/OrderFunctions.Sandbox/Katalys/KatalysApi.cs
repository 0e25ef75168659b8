using System.Text.Json;
using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.Katalys;

/// <summary>
/// Katalys' order status reporting (seeds: katalys-order-status-reporting). Stricter than the real one: there a
/// 204 only means received, even for a site or a key that it does not know; here such a mistake gets 400.
/// </summary>
public sealed class KatalysApi() : ProviderApi("Katalys", SiteId)
{
    /// <summary>The only site that Katalys knows (seeds: katalys-order-status-reporting).</summary>
    public static readonly SandboxSetting SiteId = new("Providers:Katalys:SiteId", "sandbox.example");

    private readonly KatalysOrders _orders = new();

    /// <summary>The order as Katalys now has it.</summary>
    public KatalysOrder? Find(string orderId) => _orders.Find(orderId);

    /// <inheritdoc/>
    public override bool HasOrder(string orderId) => Find(orderId) is not null;

    internal override IReadOnlyList<ProviderRoute> Routes { get; } =
    [new("POST", "/katalys/v2/_tr_offline", "reports an order or its status")];

    internal override Response Handle(SandboxRequest request) =>
        (request.Segments, request.Method) switch
        {
            ([_, "v2", "_tr_offline"], "POST") => Report(request),
            ([_, "v2", "_tr_offline"], _) => WrongMethod(request, "POST"),
            _ => UnknownPath(request),
        };

    internal override void Clear() => _orders.Clear();

    private Response Report(SandboxRequest request)
    {
        if (ReadObject(request, out var body) is { } refusal)
        {
            return refusal;
        }

        var problems = new List<string>();
        if (request.Authorization is not null)
        {
            problems.Add("No Authorization header is documented.");
        }

        KatalysFields.CheckValues(body, problems);
        KatalysFields.CheckSubtotal(body, problems);
        if (!body.TryGetProperty("site_id", out var site))
        {
            problems.Add("site_id is required.");
        }
        else if (site.ValueKind == JsonValueKind.String && site.GetString() != Value(SiteId))
        {
            problems.Add($"site_id must be the site's own, '{Value(SiteId)}'.");
        }

        if (!body.TryGetProperty("order_id", out var id))
        {
            problems.Add("order_id is required.");
        }

        _orders.Merge(id.ValueKind == JsonValueKind.String ? id.GetString() : null, body, problems);
        return problems.Count > 0 ? Refuse(400, problems) : new Response(204);
    }
}
