using System.Text;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Json;
using OrderFunctions.Returns;

namespace OrderFunctions.Endpoints.Operators;

/// <summary>The route /api/returns, the same for every host.</summary>
public sealed class ReturnEndpoints(ReturnList returns)
{
    /// <summary>How many returns the file can't say: those are in the JSON alone.</summary>
    public const string ApartHeader = "X-Returns-Apart";

    private const string Csv = "text/csv";
    private const string Json = "application/json";

    /// <summary>GET /api/returns?provider=avantlink&amp;since=&amp;until=&amp;format=&amp;mark=</summary>
    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var query = new QueryReader(request.Query, errors);
        query.RefuseUnknown(["provider", "since", "until", "format", "mark"]);
        if (!ReturnList.ProviderName.Equals(query.Text("provider"), StringComparison.OrdinalIgnoreCase))
        {
            query.Error(
                "provider",
                $"must be {ReturnList.ProviderName}: every other provider is told by itself of what comes back"
            );
        }

        var (since, until) = (query.Time("since"), query.Time("until"));
        if (since >= until)
        {
            query.Error("until", "must be later than since");
        }

        var isJson = query.OneOf("format", "json", "csv") is { } format ? format == "json" : PrefersJson(request);
        var marks = query.OneOf("mark", "true", "false") == "true";
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        return await Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
            {
                var found = await returns.ReadAsync(since, until, cancellationToken);
                var apart = found.Count(each => each.Note is not null);
                // Who asks by HEAD gets nothing to keep.
                var given =
                    marks && !HttpMethods.IsHead(request.Method)
                        ? await returns.MarkAsync(found, withNoted: isJson, cancellationToken)
                        : found;
                return Answer(request.HttpContext.Response, given, apart, isJson);
            }
        );
    }

    private IResult Answer(HttpResponse response, IReadOnlyList<OrderReturn> given, int apart, bool isJson)
    {
        var (sayable, others) = (given.Where(each => each.Note is null), given.Where(each => each.Note is not null));
        // What is marked after this answer would be given twice.
        response.Headers.CacheControl = "no-store";
        if (isJson)
        {
            return Results.Json(new ReturnsResponse([.. sayable], [.. others]), EndpointJson.Default.ReturnsResponse);
        }

        var file = returns.FileOf(sayable);
        response.Headers[ApartHeader] = $"{apart}";
        response.Headers.ContentDisposition = $"attachment; filename=\"{file.Name}\"";
        return Results.Text(file.Text, Csv, Encoding.UTF8);
    }

    // CSV unless JSON is asked for by name, and no less than CSV.
    private static bool PrefersJson(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return Weight(Json) is { } json && !(Weight(Csv) > json);

        double? Weight(string type) =>
            accepted.FirstOrDefault(each => each.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
                is { } found
                ? found.Quality ?? 1
                : null;
    }
}
