using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.Retrack;

/// <summary>
/// Retrack's transactions: create, update, reject (seeds: retrack-server-to-server) and find by order number
/// (public page help/tracking/s2s/update-transaction). The document is silent on a second creation for the same
/// order number; the sandbox answers 409, so that a sender that forgets to look first is found out.
/// </summary>
public sealed class RetrackApi(TimeProvider timeProvider) : ProviderApi("Retrack", Token, EventId)
{
    /// <summary>Retrack's Bearer token (seeds: retrack-server-to-server).</summary>
    public static readonly SandboxSetting Token = new("Credentials:retrack-bearer-token", "sandbox-retrack-token");

    /// <summary>
    /// The event of the only program at Retrack; the value is the document's own (seeds: retrack-server-to-server).
    /// A transaction must name it; a product may name any other.
    /// </summary>
    public static readonly SandboxSetting EventId = new(
        "Providers:Retrack:EventId",
        "1f80e399-6f55-4cef-b8b0-0f74752c1ceb",
        IsUuid: true
    );

    private const string OrderNumberQuery = "byOrderNumber";
    private readonly RetrackTransactions _transactions = new(timeProvider);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<RetrackTransaction> Transactions => _transactions.All();

    /// <summary>The transaction as Retrack now has it.</summary>
    public RetrackTransaction? Find(string orderNumber) => _transactions.Find(orderNumber);

    /// <summary>Approves a transaction, which from then on can't be updated (seeds: retrack-server-to-server).</summary>
    /// <exception cref="KeyNotFoundException">No transaction has this order number.</exception>
    public void Approve(string orderNumber) => _transactions.Approve(orderNumber);

    /// <inheritdoc/>
    public override bool HasOrder(string orderId) => Find(orderId) is not null;

    internal override IReadOnlyList<ProviderRoute> Routes { get; } =
    [
        new("POST", "/retrack/api/v2/transactions", "creates a transaction"),
        new("POST", "/retrack/api/v2/transactions/{uuid}", "updates or rejects a transaction"),
        new("GET", "/retrack/api/v2/transactions?byOrderNumber=", "finds a transaction"),
    ];

    internal override Response Handle(SandboxRequest request) =>
        (request.Segments, request.Method) switch
        {
            ([_, "api", "v2", "transactions", ..], _) when !Authorized(request.Authorization) => Unauthorized(),
            ([_, "api", "v2", "transactions"], "GET") => Find(request),
            ([_, "api", "v2", "transactions"], "POST") => Create(request),
            ([_, "api", "v2", "transactions"], _) => WrongMethod(request, "GET", "POST"),
            ([_, "api", "v2", "transactions", { Length: > 0 } uuid], "POST") => Update(request, uuid),
            ([_, "api", "v2", "transactions", { Length: > 0 }], _) => WrongMethod(request, "POST"),
            _ => UnknownPath(request),
        };

    internal override void Clear() => _transactions.Clear();

    private Guid ProgramEvent => Guid.Parse(Value(EventId));

    private Response Unauthorized() =>
        Refuse(401, ["Authorization must be Bearer with the API token."])
            .With("WWW-Authenticate", "Bearer realm=\"retrack\"");

    private bool Authorized(string? authorization) =>
        authorization?.Split(' ', 2) is [var scheme, var token]
        && scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
        && token == Value(Token);

    private Response Find(SandboxRequest request)
    {
        if (request.Query.Count != 1 || request.Query[OrderNumberQuery] is not [{ Length: > 0 } number])
        {
            return Refuse(400, [$"The query must be {OrderNumberQuery}, once, and nothing else."]);
        }

        return _transactions.Find(number) is { } found
            ? Saved(found)
            // To look for one that is not there is no mistake of the caller's.
            : Refuse(404, [$"There is no transaction for the order number '{number}'."]) with
            {
                Problem = null,
            };
    }

    private Response Create(SandboxRequest request)
    {
        if (ReadObject(request, out var body) is { } refusal)
        {
            return refusal;
        }

        var problems = new List<string>();
        var input = RetrackFields.Read(body, ProgramEvent, problems);
        if (problems.Count > 0)
        {
            return Refuse(422, problems);
        }

        return _transactions.Create(input) is { } created
            ? Saved(created)
            : Refuse(409, [$"There is a transaction for the order number '{input.OrderNumber}' already; update it."]);
    }

    private Response Update(SandboxRequest request, string uuid)
    {
        if (!Guid.TryParseExact(uuid, "D", out var id) || _transactions.Find(id) is not { } known)
        {
            return Refuse(404, [$"There is no transaction '{uuid}'."]);
        }

        if (ReadObject(request, out var body) is { } refusal)
        {
            return refusal;
        }

        var problems = new List<string>();
        var update = body.TryGetProperty("status", out var status)
            ? RetrackUpdate.Rejection(body, status, problems)
            : RetrackUpdate.To(known, RetrackFields.Read(body, ProgramEvent, problems), problems);
        if (problems.Count > 0)
        {
            return Refuse(422, problems);
        }

        return _transactions.Update(id, update) is { } updated
            ? Saved(updated)
            : Refuse(422, ["already approved: the transaction can no longer be updated."]);
    }

    private static Response Saved(RetrackTransaction transaction) =>
        Response.Json(200, RetrackResponse.Of(transaction), RetrackJson.SnakeCase.RetrackResponse);
}
