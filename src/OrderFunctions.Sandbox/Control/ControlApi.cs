using System.Text.Json;
using OrderFunctions.Sandbox.Http;
using OrderFunctions.Sandbox.Misbehaving;

namespace OrderFunctions.Sandbox.Control;

/// <summary>
/// The routes that show and steer the sandbox: text for people, JSON where the caller asks for it. PUT /behaviour/{provider} takes the members of
/// <see cref="Behaviour"/> in camelCase; delay reads "00:00:05".
/// </summary>
internal sealed class ControlApi(SandboxState state)
{
    public Answer Handle(SandboxRequest request) =>
        (request.Segments, request.Method) switch
        {
            ([], "GET") => Answer.Text(Pages.Index($"http://{request.Headers.GetValueOrDefault("Host")}")),
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
        if (name.Length > 0 && ProviderNames.Find(name) is null)
        {
            return UnknownProvider(name);
        }

        var received = state.Received(name.Length == 0 ? null : name);
        var accept = request.Headers.GetValueOrDefault("Accept", "");
        return accept.Contains("application/json", StringComparison.OrdinalIgnoreCase)
            ? Answer.Json(200, received, SandboxJson.Camel.IReadOnlyListReceivedRequest)
            : Answer.Text(Pages.Received(received));
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
