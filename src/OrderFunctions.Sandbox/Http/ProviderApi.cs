using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;

namespace OrderFunctions.Sandbox.Http;

/// <summary>A provider's API as its document describes it, with what is checked alike at all of them.</summary>
public abstract class ProviderApi
{
    private readonly ConcurrentDictionary<string, string> _values;

    private protected ProviderApi(string displayName, params SandboxSetting[] settings)
    {
        DisplayName = displayName;
        Name = displayName.ToLowerInvariant();
        Settings = settings;
        _values = new(
            settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Default)),
            StringComparer.OrdinalIgnoreCase
        );
    }

    /// <summary>As in OrderFunctions' settings: AvantLink for Providers:AvantLink:BaseUrl.</summary>
    public string DisplayName { get; }

    /// <summary>The provider's name in lower case, which is the first segment of its paths.</summary>
    public string Name { get; }

    /// <summary>What a caller must present.</summary>
    public IReadOnlyList<SandboxSetting> Settings { get; }

    /// <summary>Whether the provider knows an order by the shop's id.</summary>
    public abstract bool HasOrder(string orderId);

    /// <summary>What the index page says of its routes.</summary>
    internal abstract IReadOnlyList<ProviderRoute> Routes { get; }

    /// <summary>Handles a request as the document says. Segments start with the provider's name.</summary>
    internal abstract Response Handle(SandboxRequest request);

    /// <summary>A refusal in the provider's form; the sandbox's own where the document shows none.</summary>
    internal virtual Response Refuse(int statusCode, IReadOnlyList<string> problems) =>
        Response.Refusal(statusCode, problems);

    /// <summary>Forgets the orders. The settings stay.</summary>
    internal abstract void Clear();

    internal void Set(string setting, string value) => _values[setting] = value;

    internal Response TooManyRequests(int limit, TimeSpan wait) =>
        Refuse(429, [$"More than {limit} requests in a minute."]).WithRetryAfter(wait);

    private protected string Value(SandboxSetting setting) => _values[setting.Name];

    private protected Response UnknownPath(SandboxRequest request) =>
        Refuse(404, [$"There is no {request.Target} here."]);

    private protected Response WrongMethod(SandboxRequest request, params string[] allowed) =>
        Refuse(405, [$"{request.Method} is not allowed here, only {string.Join(" and ", allowed)}."])
            .With("Allow", string.Join(", ", allowed));

    /// <summary>Null and the JSON object of the body, or the refusal.</summary>
    private protected Response? ReadObject(SandboxRequest request, out JsonElement body)
    {
        body = default;
        if (request.TooLarge)
        {
            return Refuse(413, [$"The body is over {SandboxRequest.BodyLimit} bytes."]);
        }

        if (!IsJson(request.Headers.GetValueOrDefault("Content-Type")))
        {
            return Refuse(415, ["Content-Type must be application/json, in UTF-8."]);
        }

        if (request.Json is not { } json)
        {
            return Refuse(400, [$"The body is not JSON: {request.JsonProblem}."]);
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            return Refuse(400, ["The body is not a JSON object."]);
        }

        body = json;
        return null;
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var media)
        && "application/json".Equals(media.MediaType, StringComparison.OrdinalIgnoreCase)
        && (media.CharSet is null || media.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}

/// <summary>A line of the index page: what a request to this path does.</summary>
internal sealed record ProviderRoute(string Method, string Path, string Does);
