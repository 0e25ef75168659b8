using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.Retrack;

/// <summary>
/// Retrack's transactions: create, update, reject (seeds: retrack-server-to-server) and find by order number
/// (public page help/tracking/s2s/update-transaction). The document is silent on a second creation for the same
/// order number; the sandbox answers 409, so that a sender that forgets to look first is found out.
/// </summary>
internal sealed class RetrackApi(SecretBox secrets, Guid programEvent, TimeProvider timeProvider) : IProviderApi
{
    private const string OrderNumberQuery = "byOrderNumber";

    public RetrackTransactions Transactions { get; } = new(timeProvider);

    public string Name => ProviderNames.Retrack;

    public Answer Handle(SandboxRequest request) =>
        (request.Segments, request.Method) switch
        {
            ([_, "api", "v2", "transactions", ..], _) when !Authorized(request.Authorization) => Unauthorized(),
            ([_, "api", "v2", "transactions"], "GET") => Find(request),
            ([_, "api", "v2", "transactions"], "POST") => Create(request),
            ([_, "api", "v2", "transactions"], _) => this.WrongMethod(request, "GET", "POST"),
            ([_, "api", "v2", "transactions", { Length: > 0 } uuid], "POST") => Update(request, uuid),
            ([_, "api", "v2", "transactions", { Length: > 0 }], _) => this.WrongMethod(request, "POST"),
            _ => this.UnknownPath(request),
        };

    public Answer Refuse(int status, IReadOnlyList<string> problems) => Refusal.Answer(status, problems);

    public void Clear() => Transactions.Clear();

    private Answer Unauthorized() =>
        Refuse(401, ["Authorization must be Bearer with the API token."])
            .With("WWW-Authenticate", "Bearer realm=\"retrack\"");

    private bool Authorized(string? authorization) =>
        authorization?.Split(' ', 2) is [var scheme, var token]
        && scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
        && token == secrets.Current.RetrackToken;

    private Answer Find(SandboxRequest request)
    {
        if (request.Query.Count != 1 || request.Query[OrderNumberQuery] is not [{ Length: > 0 } number])
        {
            return Refuse(400, [$"The query must be {OrderNumberQuery}, once, and nothing else."]);
        }

        return Transactions.Find(number) is { } found
            ? Saved(found)
            : Refuse(404, [$"There is no transaction for the order number '{number}'."]);
    }

    private Answer Create(SandboxRequest request)
    {
        if (this.ReadObject(request, out var body) is { } refusal)
        {
            return refusal;
        }

        var problems = new List<string>();
        var input = RetrackFields.Read(body, programEvent, problems);
        if (problems.Count > 0)
        {
            return Refuse(422, problems);
        }

        return Transactions.Create(input) is { } created
            ? Saved(created)
            : Refuse(409, [$"There is a transaction for the order number '{input.OrderNumber}' already; update it."]);
    }

    private Answer Update(SandboxRequest request, string uuid)
    {
        if (!Guid.TryParseExact(uuid, "D", out var id) || Transactions.Find(id) is not { } known)
        {
            return Refuse(404, [$"There is no transaction '{uuid}'."]);
        }

        if (this.ReadObject(request, out var body) is { } refusal)
        {
            return refusal;
        }

        var problems = new List<string>();
        var change = body.TryGetProperty("status", out var status)
            ? RetrackChange.Rejection(body, status, problems)
            : RetrackChange.To(known, RetrackFields.Read(body, programEvent, problems), problems);
        if (problems.Count > 0)
        {
            return Refuse(422, problems);
        }

        return Transactions.Update(id, change) is { } updated
            ? Saved(updated)
            : Refuse(422, ["already approved: the transaction can no longer be updated."]);
    }

    private static Answer Saved(RetrackTransaction transaction) =>
        Answer.Json(200, RetrackResponse.Of(transaction), SandboxJson.Snake.RetrackResponse);
}
