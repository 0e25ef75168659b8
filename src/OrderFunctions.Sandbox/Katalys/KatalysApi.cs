using System.Text.Json;
using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.Katalys;

/// <summary>
/// Katalys' order status reporting (seeds: katalys-order-status-reporting). Stricter than the real one: there a
/// 204 only means received, even for a site or a key that it does not know; here such a mistake gets 400.
/// </summary>
internal sealed class KatalysApi(string siteId) : IProviderApi
{
    public KatalysOrders Orders { get; } = new();

    public string Name => ProviderNames.Katalys;

    public Answer Handle(SandboxRequest request) =>
        (request.Segments, request.Method) switch
        {
            ([_, "v2", "_tr_offline"], "POST") => Report(request),
            ([_, "v2", "_tr_offline"], _) => this.WrongMethod(request, "POST"),
            _ => this.UnknownPath(request),
        };

    public Answer Refuse(int status, IReadOnlyList<string> problems) => Refusal.Answer(status, problems);

    public void Clear() => Orders.Clear();

    private Answer Report(SandboxRequest request)
    {
        if (this.ReadObject(request, out var body) is { } refusal)
        {
            return refusal;
        }

        var problems = new List<string>();
        if (request.Authorization is not null)
        {
            problems.Add("No Authorization header is documented.");
        }

        KatalysFields.CheckValues(body, problems);
        if (!body.TryGetProperty("site_id", out var site))
        {
            problems.Add("site_id is required.");
        }
        else if (site.ValueKind == JsonValueKind.String && site.GetString() != siteId)
        {
            problems.Add($"site_id must be the site's own, '{siteId}'.");
        }

        if (!body.TryGetProperty("order_id", out var id))
        {
            problems.Add("order_id is required.");
        }

        if (id.ValueKind == JsonValueKind.String)
        {
            Orders.Merge(id.GetString()!, body, problems);
        }

        return problems.Count > 0 ? Refuse(400, problems) : new Answer(204);
    }
}
