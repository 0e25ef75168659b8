using System.Text.Json;
using OrderFunctions.Sandbox.Http;
using OrderFunctions.Sandbox.Misbehaving;

namespace OrderFunctions.Sandbox.Control;

/// <summary>
/// The routes that show and steer the sandbox. PUT /behaviour/{provider} takes the members of
/// <see cref="Behaviour"/> in camelCase; delay reads "00:00:05".
/// </summary>
internal sealed class ControlApi(SandboxState state)
{
    private static readonly ControlIndex Index = new(
        "OrderFunctions.Sandbox",
        "The order APIs of Duel, AvantLink, Retrack and Katalys as their documents describe them, for tests.",
        ProviderNames.All,
        [
            new("GET", "/", "this list"),
            new("GET", "/received?provider=", "the requests received, of one provider or of all"),
            new("DELETE", "/received", "forgets requests, what the providers were told, and behaviours"),
            new("PUT", "/behaviour/{provider}", "lets a provider misbehave: status, body, headers, delay ..."),
            new("DELETE", "/behaviour/{provider}", "lets it behave again"),
            new("PUT", "/duel/v1/orders/{order_id}", "Duel: creates or updates an order"),
            new("POST", "/duel/v1/orders", "Duel: creates an order"),
            new("POST", "/duel/v1/orders/{order_id}", "Duel: updates an order"),
            new("POST", "/avantlink/merchants/{merchant_id}/tracking/order", "AvantLink: records an order"),
            new("POST", "/retrack/api/v2/transactions", "Retrack: creates a transaction"),
            new("POST", "/retrack/api/v2/transactions/{uuid}", "Retrack: updates or rejects a transaction"),
            new("GET", "/retrack/api/v2/transactions?byOrderNumber=", "Retrack: finds a transaction"),
            new("POST", "/katalys/v2/_tr_offline", "Katalys: reports an order or its status"),
        ]
    );

    public Answer Handle(SandboxRequest request) =>
        (request.Segments, request.Method) switch
        {
            ([], "GET") => Answer.Json(200, Index, SandboxJson.Camel.ControlIndex),
            ([], _) => WrongMethod(request, "GET"),
            (["received"], "GET") => Received(request),
            (["received"], "DELETE") => Done(state.Clear),
            (["received"], _) => WrongMethod(request, "GET, DELETE"),
            (["behaviour", var name], _) when ProviderNames.Find(name) is null => UnknownProvider(name),
            (["behaviour", var name], "PUT") => Misbehave(name, request),
            (["behaviour", var name], "DELETE") => Done(() => state.Behave(name)),
            (["behaviour", _], _) => WrongMethod(request, "PUT, DELETE"),
            _ => Refusal.Answer(
                404,
                [$"There is no {request.Target} here; GET / lists the routes. {ProviderNames.Sentence}"]
            ),
        };

    private Answer Received(SandboxRequest request)
    {
        var unknown = request.Query.Keys.Where(key => key != "provider").ToArray();
        if (unknown.Length > 0)
        {
            return Refusal.Answer(400, [$"The only query parameter is provider, not {string.Join(", ", unknown)}."]);
        }

        var name = request.Query["provider"].ToString();
        return name.Length > 0 && ProviderNames.Find(name) is null
            ? UnknownProvider(name)
            : Answer.Json(
                200,
                state.Received(name.Length == 0 ? null : name),
                SandboxJson.Camel.IReadOnlyListReceivedRequest
            );
    }

    private Answer Misbehave(string name, SandboxRequest request)
    {
        if (request.TooLarge)
        {
            return Refusal.Answer(413, [$"The body is over {SandboxRequest.BodyLimit} bytes."]);
        }

        if (request.Json is not { } json)
        {
            return Refusal.Answer(400, [$"The body is not JSON: {request.JsonProblem}."]);
        }

        try
        {
            if (json.Deserialize(SandboxJson.Camel.Behaviour) is not { } behaviour)
            {
                return Refusal.Answer(400, ["The body must be a behaviour, not null."]);
            }

            return BehaviourRules.Check(behaviour) is { Count: > 0 } problems
                ? Refusal.Answer(400, problems)
                : Done(() => state.Misbehave(name, behaviour));
        }
        catch (JsonException exception)
        {
            return Refusal.Answer(400, [$"The body is not a behaviour: {exception.Message}"]);
        }
    }

    private static Answer Done(Action action)
    {
        action();
        return new Answer(204);
    }

    private static Answer UnknownProvider(string name) =>
        Refusal.Answer(404, [$"There is no provider '{name}'. {ProviderNames.Sentence}"]);

    private static Answer WrongMethod(SandboxRequest request, string allowed) =>
        Refusal.Answer(405, [$"{request.Method} is not allowed here, only {allowed}."]).With("Allow", allowed);
}
