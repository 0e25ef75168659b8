using System.Globalization;
using System.Text;

namespace OrderFunctions.Sandbox.Control;

/// <summary>What people see of the sandbox, in a browser and in a terminal alike.</summary>
internal static class Pages
{
    private const int MostShown = 200;

    /// <param name="address">Where the sandbox is, without a slash at its end.</param>
    public static string Index(string address) =>
        $$$"""
            OrderFunctions.Sandbox
            The order APIs of Duel, AvantLink, Retrack and Katalys as their documents describe them, for trying things out.

            What each provider got, oldest first:
              curl {{{address}}}/received
              curl {{{address}}}/received?provider=duel
              curl {{{address}}}/received -H 'Accept: application/json'      headers included
              curl -X DELETE {{{address}}}/received                          forgets it, what the providers know, and behaviours

            Let a provider misbehave:
              curl -X PUT {{{address}}}/behaviour/duel -H 'Content-Type: application/json' -d '{"status":503,"times":3}'
              curl -X DELETE {{{address}}}/behaviour/duel                    lets it behave again

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
              PUT  /duel/v1/orders/{order_id}                         creates or updates an order
              POST /duel/v1/orders                                    creates an order
              POST /duel/v1/orders/{order_id}                         updates an order
              POST /avantlink/merchants/{merchant_id}/tracking/order  records an order
              POST /retrack/api/v2/transactions                       creates a transaction
              POST /retrack/api/v2/transactions/{uuid}                updates or rejects a transaction
              GET  /retrack/api/v2/transactions?byOrderNumber=        finds a transaction
              POST /katalys/v2/_tr_offline                            reports an order or its status

            """;

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
            var answer = request.Answer is { } status ? $"answered {status}" : "not answered";
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
}
