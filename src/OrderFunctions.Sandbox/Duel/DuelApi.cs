using System.Text;
using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.Duel;

/// <summary>
/// Duel's orders endpoints: PUT upsert (seeds: duel-open-api), POST create and update (seeds:
/// duel-order-tracking). Of the two documents one wants Basic authentication, the other Bearer: both are good.
/// </summary>
internal sealed class DuelApi(SecretBox secrets, TimeProvider timeProvider) : IProviderApi
{
    /// <summary>"Up to 1,500 requests per minute" (seeds: duel-open-api).</summary>
    private const int RequestsPerMinute = 1500;

    private readonly SlidingMinute _minute = new(RequestsPerMinute, timeProvider);

    public DuelOrders Orders { get; } = new();

    public string Name => ProviderNames.Duel;

    public Answer Handle(SandboxRequest request)
    {
        if (_minute.Enter() is { } wait)
        {
            return this.TooManyRequests(RequestsPerMinute, wait);
        }

        return (request.Segments, request.Method) switch
        {
            ([_, "v1", "orders"], "POST") => Write(request, DuelWrite.Create, null),
            ([_, "v1", "orders"], _) => this.WrongMethod(request, "POST"),
            ([_, "v1", "orders", { Length: > 0 } id], "PUT") => Write(request, DuelWrite.Upsert, id),
            ([_, "v1", "orders", { Length: > 0 } id], "POST") => Write(request, DuelWrite.Update, id),
            ([_, "v1", "orders", { Length: > 0 }], _) => this.WrongMethod(request, "PUT", "POST"),
            _ => this.UnknownPath(request),
        };
    }

    public Answer Refuse(int status, IReadOnlyList<string> problems) => Refusal.Answer(status, problems);

    public void Clear()
    {
        Orders.Clear();
        _minute.Clear();
    }

    private Answer Write(SandboxRequest request, DuelWrite write, string? id)
    {
        if (!Authorized(request.Authorization))
        {
            return Refuse(401, ["Authorization must be Basic or Bearer with the credentials of an API user."])
                .With("WWW-Authenticate", "Basic realm=\"duel\", charset=\"UTF-8\"", "Bearer realm=\"duel\"");
        }

        if (this.ReadObject(request, out var body) is { } refusal)
        {
            return refusal;
        }

        var problems = new List<string>();
        var order = DuelFields.Read(body, problems);
        if (id is not null && order.Order.Length > 0 && order.Order != id)
        {
            problems.Add($"order must be the order id of the path, '{id}'.");
        }

        if (write != DuelWrite.Update && !body.TryGetProperty("email", out _) && Orders.Find(id ?? order.Order) is null)
        {
            problems.Add(DuelOrders.EmailRequired);
        }

        if (problems.Count > 0)
        {
            return Refuse(422, problems);
        }

        return Orders.Write(order, write) is { } conflict
            ? Refuse(conflict.Status, [conflict.Problem])
            : Answer.Json(200, new DuelResponse("success", new(order.Order)), SandboxJson.Snake.DuelResponse);
    }

    private bool Authorized(string? authorization)
    {
        var good = secrets.Current;
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{good.DuelUser}:{good.DuelPassword}"));
        return authorization?.Split(' ', 2) switch
        {
            [var scheme, var value] when scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) => value == basic,
            [var scheme, var value] when scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) => value
                == good.DuelToken,
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
