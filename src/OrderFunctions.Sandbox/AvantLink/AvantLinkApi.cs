using System.Net.Http.Headers;
using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.AvantLink;

/// <summary>AvantLink's order endpoint (seeds: avantlink-order-tracking). It documents no Authorization header.</summary>
internal sealed class AvantLinkApi(Guid merchantId) : IProviderApi
{
    public AvantLinkOrders Orders { get; } = new();

    public string Name => ProviderNames.AvantLink;

    public Answer Handle(SandboxRequest request) =>
        (request.Segments, request.Method) switch
        {
            ([_, "merchants", var merchant, "tracking", "order"], _) when !IsKnown(merchant) => Refuse(
                404,
                [$"There is no merchant '{merchant}'."]
            ),
            ([_, "merchants", _, "tracking", "order"], "POST") => Record(request),
            ([_, "merchants", _, "tracking", "order"], _) => this.WrongMethod(request, "POST"),
            _ => this.UnknownPath(request),
        };

    public Answer Refuse(int status, IReadOnlyList<string> problems)
    {
        var sentence = string.Join(' ', problems);
        var error = new AvantLinkError(sentence, AvantLinkProblems.Key(problems), "InvalidArgumentException");
        return Answer.Json(status, error, SandboxJson.Snake.AvantLinkError) with { Problem = sentence };
    }

    public void Clear() => Orders.Clear();

    private bool IsKnown(string merchant) => Guid.TryParseExact(merchant, "D", out var id) && id == merchantId;

    private Answer Record(SandboxRequest request)
    {
        if (this.ReadObject(request, out var body) is { } refusal)
        {
            return refusal;
        }

        var problems = HeaderProblems(request).ToList();
        var order = AvantLinkFields.Read(body, problems);
        if (problems.Count > 0)
        {
            return Refuse(400, problems);
        }

        Orders.Record(order);
        return Answer.Json(200, new AvantLinkSuccess(true), SandboxJson.Snake.AvantLinkSuccess);
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

/// <summary>The documented form of an error (seeds: avantlink-order-tracking).</summary>
internal sealed record AvantLinkError(string Error, string ErrorKey, string Exception);

/// <summary>The documented answer to an order (seeds: avantlink-order-tracking).</summary>
internal sealed record AvantLinkSuccess(bool Success);
