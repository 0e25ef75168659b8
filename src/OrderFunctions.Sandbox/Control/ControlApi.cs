using System.Text.Json;
using System.Text.Json.Serialization;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Http;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.Control;

/// <summary>
/// The routes that show and steer the sandbox: text for people, JSON where the caller asks for it. PUT
/// /behaviour/{provider} takes the members of <see cref="Fault"/> in camelCase; delay reads "00:00:05".
/// </summary>
internal sealed class ControlApi(SandboxState state)
{
    public Response Handle(SandboxRequest request) =>
        (request.Segments, request.Method) switch
        {
            ([], "GET") => Response.Text(
                Pages.Index($"http://{request.Headers.GetValueOrDefault("Host")}", state.Providers)
            ),
            ([], _) => WrongMethod(request, "GET"),
            (["received"], "GET") => Received(request),
            (["received"], "DELETE") => Done(state.Clear),
            (["received"], _) => WrongMethod(request, "GET, DELETE"),
            (["behaviour", var name], _) when state.Providers.Find(name) is null => UnknownProvider(name),
            (["behaviour", var name], "PUT") => InjectFault(name, request),
            (["behaviour", var name], "DELETE") => Done(() => state.ClearFault(name)),
            (["behaviour", _], _) => WrongMethod(request, "PUT, DELETE"),
            _ => Response.Refusal(
                404,
                [$"There is no {request.Target} here; GET / lists the routes. {state.Providers.Names}"]
            ),
        };

    private Response Received(SandboxRequest request)
    {
        var unknown = request.Query.Keys.Where(key => key != "provider").ToArray();
        if (unknown.Length > 0)
        {
            return Response.Refusal(400, [$"The only query parameter is provider, not {string.Join(", ", unknown)}."]);
        }

        var name = request.Query["provider"].ToString();
        if (name.Length > 0 && state.Providers.Find(name) is null)
        {
            return UnknownProvider(name);
        }

        var received = state.Received(name.Length == 0 ? null : name);
        var accept = request.Headers.GetValueOrDefault("Accept", "");
        return accept.Contains("application/json", StringComparison.OrdinalIgnoreCase)
            ? Response.Json(200, received, ControlJson.CamelCase.IReadOnlyListReceivedRequest)
            : Response.Text(Pages.Received(received));
    }

    private Response InjectFault(string name, SandboxRequest request)
    {
        if (request.TooLarge)
        {
            return Response.Refusal(413, [$"The body is over {SandboxRequest.BodyLimit} bytes."]);
        }

        if (request.Json is not { } json)
        {
            return Response.Refusal(400, [$"The body is not JSON: {request.JsonProblem}."]);
        }

        try
        {
            if (json.Deserialize(ControlJson.CamelCase.Fault) is not { } fault)
            {
                return Response.Refusal(400, ["The body must be a behaviour, not null."]);
            }

            return FaultValidation.Check(fault) is { Count: > 0 } problems
                ? Response.Refusal(400, problems)
                : Done(() => state.InjectFault(name, fault));
        }
        catch (JsonException exception)
        {
            return Response.Refusal(400, [$"The body is not a behaviour: {exception.Message}"]);
        }
    }

    private static Response Done(Action action)
    {
        action();
        return new Response(204);
    }

    private Response UnknownProvider(string name) =>
        Response.Refusal(404, [$"There is no provider '{name}'. {state.Providers.Names}"]);

    private static Response WrongMethod(SandboxRequest request, string allowed) =>
        Response.Refusal(405, [$"{request.Method} is not allowed here, only {allowed}."]).With("Allow", allowed);
}

[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(IReadOnlyList<ReceivedRequest>))]
internal sealed partial class ControlJson : JsonSerializerContext
{
    public static readonly ControlJson CamelCase = new(JsonStyle.CamelCase());
}
