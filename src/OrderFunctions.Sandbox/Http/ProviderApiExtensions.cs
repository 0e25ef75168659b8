using System.Net.Http.Headers;
using System.Text.Json;

namespace OrderFunctions.Sandbox.Http;

/// <summary>What is checked alike at all four providers.</summary>
internal static class ProviderApiExtensions
{
    public static Answer UnknownPath(this IProviderApi api, SandboxRequest request) =>
        api.Refuse(404, [$"There is no {request.Target} here."]);

    public static Answer WrongMethod(this IProviderApi api, SandboxRequest request, params string[] allowed) =>
        api.Refuse(405, [$"{request.Method} is not allowed here, only {string.Join(" and ", allowed)}."])
            .With("Allow", string.Join(", ", allowed));

    public static Answer TooManyRequests(this IProviderApi api, int limit, TimeSpan wait) =>
        api.Refuse(429, [$"More than {limit} requests in a minute."]).WithRetryAfter(wait);

    /// <summary>Null and the JSON object of the body, or the refusal.</summary>
    public static Answer? ReadObject(this IProviderApi api, SandboxRequest request, out JsonElement body)
    {
        body = default;
        if (request.TooLarge)
        {
            return api.Refuse(413, [$"The body is over {SandboxRequest.BodyLimit} bytes."]);
        }

        if (!IsJson(request.Headers.GetValueOrDefault("Content-Type")))
        {
            return api.Refuse(415, ["Content-Type must be application/json, in UTF-8."]);
        }

        if (request.Json is not { } json)
        {
            return api.Refuse(400, [$"The body is not JSON: {request.JsonProblem}."]);
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            return api.Refuse(400, ["The body is not a JSON object."]);
        }

        body = json;
        return null;
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var media)
        && "application/json".Equals(media.MediaType, StringComparison.OrdinalIgnoreCase)
        && (media.CharSet is null || media.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
