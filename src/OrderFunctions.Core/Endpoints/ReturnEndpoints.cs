using System.Text;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Json;
using OrderFunctions.Returns;

namespace OrderFunctions.Endpoints;

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
        // The key may come as code, and is the host's business.
        foreach (
            var unknown in request.Query.Keys.Where(key =>
                key is not ("provider" or "since" or "until" or "format" or "mark" or "code")
            )
        )
        {
            errors.Add(unknown, "is not a known parameter; known are provider, since, until, format, mark");
        }

        if (!ReturnList.ProviderName.Equals(Text("provider"), StringComparison.OrdinalIgnoreCase))
        {
            errors.Add(
                "provider",
                $"must be {ReturnList.ProviderName}: every other provider is told by itself of what comes back"
            );
        }

        var (since, until) = (Time("since"), Time("until"));
        if (since >= until)
        {
            errors.Add("until", "must be later than since");
        }

        var isJson = Choice("format", "json", "csv") ?? PrefersJson(request);
        var marks = Choice("mark", "true", "false") ?? false;
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

        string? Text(string name) => request.Query[name].ToString() is { Length: > 0 } value ? value : null;

        DateTimeOffset? Time(string name)
        {
            if (Text(name) is not { } text)
            {
                return null;
            }

            if (Rfc3339.TryParse(text, out var time))
            {
                return time;
            }

            errors.Add(name, $"{Rfc3339.Rule}; in an address, + is written %2B");
            return null;
        }

        bool? Choice(string name, string yes, string no)
        {
            var text = Text(name);
            if (text is not null && text != yes && text != no)
            {
                errors.Add(name, $"must be {yes} or {no}");
            }

            return text is null ? null : text == yes;
        }
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
