using System.Text;
using System.Text.Json.Serialization;
using OrderFunctions.Sandbox.Http;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.Duel;

/// <summary>
/// Duel's orders endpoints: PUT upsert (seeds: duel-open-api), POST create and update (seeds:
/// duel-order-tracking). Of the two documents one wants Basic authentication, the other Bearer: both are good. And the
/// assets endpoint (seeds: duel-open-api), which takes Bearer alone.
/// </summary>
public sealed class DuelApi(TimeProvider timeProvider) : ProviderApi("Duel", User, Password, Token)
{
    /// <summary>User of Duel's Basic authentication (seeds: duel-order-tracking).</summary>
    public static readonly SandboxSetting User = new("Credentials:duel-basic-username", "sandbox-duel-user");

    /// <summary>Password of Duel's Basic authentication (seeds: duel-order-tracking).</summary>
    public static readonly SandboxSetting Password = new("Credentials:duel-basic-password", "sandbox-duel-password");

    /// <summary>Duel's Bearer token (seeds: duel-open-api).</summary>
    public static readonly SandboxSetting Token = new("Credentials:duel-bearer-token", "sandbox-duel-token");

    /// <summary>"Up to 1,500 requests per minute" (seeds: duel-open-api).</summary>
    private const int RequestsPerMinute = 1500;

    private readonly DuelOrders _orders = new();
    private readonly RateLimit _rate = new(RequestsPerMinute, timeProvider);

    /// <summary>The order as Duel now has it.</summary>
    public DuelOrder? Find(string id) => _orders.Find(id);

    /// <summary>What the assets endpoint answers.</summary>
    public IReadOnlyList<DuelAsset> Assets { get; set; } = DuelAsset.Samples;

    /// <inheritdoc/>
    public override bool HasOrder(string orderId) => Find(orderId) is not null;

    internal override IReadOnlyList<ProviderRoute> Routes { get; } =
    [
        new("PUT", "/duel/v1/orders/{order_id}", "creates or updates an order"),
        new("POST", "/duel/v1/orders", "creates an order"),
        new("POST", "/duel/v1/orders/{order_id}", "updates an order"),
        new("GET", "/duel/api/v1/assets", "lists the assets"),
    ];

    internal override Response Handle(SandboxRequest request)
    {
        if (_rate.Accept() is { } wait)
        {
            return TooManyRequests(RequestsPerMinute, wait);
        }

        return (request.Segments, request.Method) switch
        {
            ([_, "v1", "orders"], "POST") => Write(request, DuelWrite.Create, null),
            ([_, "v1", "orders"], _) => WrongMethod(request, "POST"),
            ([_, "v1", "orders", { Length: > 0 } id], "PUT") => Write(request, DuelWrite.Upsert, id),
            ([_, "v1", "orders", { Length: > 0 } id], "POST") => Write(request, DuelWrite.Update, id),
            ([_, "v1", "orders", { Length: > 0 }], _) => WrongMethod(request, "PUT", "POST"),
            ([_, "api", "v1", "assets"], "GET") => List(request),
            ([_, "api", "v1", "assets"], _) => WrongMethod(request, "GET"),
            _ => UnknownPath(request),
        };
    }

    internal override void Clear()
    {
        _orders.Clear();
        Assets = DuelAsset.Samples;
        _rate.Clear();
    }

    private Response List(SandboxRequest request) =>
        request.Authorization == $"Bearer {Value(Token)}"
            ? Response.Json(200, Assets, DuelJson.SnakeCase.IReadOnlyListDuelAsset)
            : Refuse(401, ["Authorization must be Bearer with the token of an API user."])
                .With("WWW-Authenticate", "Bearer realm=\"duel\"");

    private Response Write(SandboxRequest request, DuelWrite write, string? id)
    {
        if (!Authorized(request.Authorization))
        {
            return Refuse(401, ["Authorization must be Basic or Bearer with the credentials of an API user."])
                .With("WWW-Authenticate", "Basic realm=\"duel\", charset=\"UTF-8\"", "Bearer realm=\"duel\"");
        }

        if (ReadObject(request, out var body) is { } refusal)
        {
            return refusal;
        }

        var problems = new List<string>();
        var order = DuelFields.Read(body, problems);
        if (id is not null && order.Order.Length > 0 && order.Order != id)
        {
            problems.Add($"order must be the order id of the path, '{id}'.");
        }

        if (problems.Count > 0)
        {
            return Refuse(422, problems);
        }

        return _orders.Write(order, write) is { } conflict
            ? Refuse(conflict.Status, [conflict.Problem])
            : Response.Json(200, new DuelResponse("success", new(order.Order)), DuelJson.SnakeCase.DuelResponse);
    }

    private bool Authorized(string? authorization)
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Value(User)}:{Value(Password)}"));
        return authorization?.Split(' ', 2) switch
        {
            [var scheme, var value] when scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) => value == basic,
            [var scheme, var value] when scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) => value
                == Value(Token),
            _ => false,
        };
    }
}

/// <summary>
/// The document's sample reads status and result from the answer and says no more (seeds: duel-order-tracking);
/// their values are ours.
/// </summary>
internal sealed record DuelResponse(string Status, DuelResult Result);

/// <summary>The id of the order that was written.</summary>
internal sealed record DuelResult(string Order);

[JsonSerializable(typeof(DuelResponse))]
[JsonSerializable(typeof(IReadOnlyList<DuelAsset>))]
internal sealed partial class DuelJson : JsonSerializerContext
{
    public static readonly DuelJson SnakeCase = new(JsonStyle.SnakeCase());
}
