using System.Globalization;
using System.Text;
using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.Control;

/// <summary>What people see of the sandbox, in a browser and in a terminal alike.</summary>
internal static class Pages
{
    private const int MostShown = 200;

    /// <param name="address">Where the sandbox is, without a slash at its end.</param>
    public static string Index(string address, ProviderCatalog providers)
    {
        var example = providers.All[0].Name;
        return $$$"""
            OrderFunctions.Sandbox
            The order APIs of {{{Names(providers.All)}}} as their documents describe them, for trying things out.
            Where a document is silent the sandbox does what docs/providers.md says; the platform may do otherwise.

            What each provider got, oldest first:
              curl {{{address}}}/received
              curl {{{address}}}/received?provider={{{example}}}
              curl {{{address}}}/received -H 'Accept: application/json'      headers included
              curl -X DELETE {{{address}}}/received                          forgets it, what the providers know, and behaviours

            Let a provider misbehave:
              curl -X PUT {{{address}}}/behaviour/{{{example}}} -H 'Content-Type: application/json' -d '{"status":503,"times":3}'
              curl -X DELETE {{{address}}}/behaviour/{{{example}}}                    lets it behave again

            Instead of {"status":503,"times":3}:
              {"status":400,"body":"no such shop"}             answers that
              {"status":429,"retryAfterSeconds":60}            asks for a pause
              {"drop":true}                                    breaks the connection
              {"hang":true}                                    never answers
              {"drop":true,"serveFirst":true}                  takes the order, then breaks the connection
              {"delay":"00:00:05"}                             answers as ever, 5 seconds late
              {"requestsPerMinute":10}                         answers 429 above that
              {"status":200,"bodyBytes":1000000}               answers with so many bytes
              {"headers":{"X-Trace":"7"}}                      adds headers
            "times" says for how many requests; without it, until it is taken back.

            The providers' routes:
            {{{Routes(providers.All)}}}

            """;
    }

    public static string Received(IReadOnlyList<ReceivedRequest> requests)
    {
        if (requests.Count == 0)
        {
            return "Nothing was received yet.\n";
        }

        var page = new StringBuilder();
        if (requests.Count > MostShown)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"The newest {MostShown} of {requests.Count}; with the header Accept: application/json all are listed.\n\n"
            );
        }

        foreach (var request in requests.TakeLast(MostShown))
        {
            var answer = request.StatusCode is { } status ? $"answered {status}" : "not answered";
            var problem = request.Problem is null ? "" : $": {request.Problem}";
            page.Append(
                CultureInfo.InvariantCulture,
                $"{request.At:u}  {request.Provider}  {request.Method} {request.Path}  {answer}{problem}\n"
            );
            if (request.Body is { } body)
            {
                page.Append(CultureInfo.InvariantCulture, $"    {body.GetRawText()}\n");
            }
        }

        return page.ToString();
    }

    private static string Names(IReadOnlyList<ProviderApi> providers) =>
        $"{string.Join(", ", providers.SkipLast(1).Select(api => api.DisplayName))} and {providers[^1].DisplayName}";

    private static string Routes(IReadOnlyList<ProviderApi> providers)
    {
        var routes = providers.SelectMany(api => api.Routes).ToList();
        var width = routes.Max(route => route.Path.Length);
        return string.Join(
            '\n',
            routes.Select(route => $"  {route.Method, -4} {route.Path.PadRight(width)}  {route.Does}")
        );
    }
}
