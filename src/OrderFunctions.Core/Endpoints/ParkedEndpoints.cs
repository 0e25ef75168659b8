using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Bus;
using OrderFunctions.Json;
using OrderFunctions.Providers;

namespace OrderFunctions.Endpoints;

/// <summary>The routes under /api/parked, the same for every host.</summary>
public sealed class ParkedEndpoints(IBus bus, ProviderCatalog catalog)
{
    private const int UsualLimit = 100;
    private const int MostItems = 500;
    private const int MostBytes = 16 * 1024;

    /// <summary>GET /api/parked?provider=&amp;orderId=&amp;reason=&amp;limit=&amp;next=</summary>
    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var query = request.Query;
        // The key may come as code, and is the host's business.
        foreach (
            var unknown in query.Keys.Where(key =>
                key is not ("provider" or "orderId" or "reason" or "limit" or "next" or "code")
            )
        )
        {
            errors.Add(unknown, "is not a known parameter; known are provider, orderId, reason, limit, next");
        }

        var filter = new ParkedFilter(Text("provider"), Text("orderId"), Text("reason"));
        CheckProvider("provider", filter.Provider, errors);
        var limit = UsualLimit;
        if (
            Text("limit") is { } text
            && !(
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                && limit is >= 1 and <= MostItems
            )
        )
        {
            errors.Add("limit", $"must be a whole number from 1 to {MostItems}");
        }

        // Nothing comes behind the largest number, and what reads on from there would begin anew.
        var after = 0L;
        if (
            Text("next") is { } place
            && !(
                long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out after)
                && after < long.MaxValue
            )
        )
        {
            errors.Add("next", "must be 'next' of the page before, as it was answered");
        }

        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        return await Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
            {
                var page = await bus.ListParkedAsync(filter, limit, after, cancellationToken);
                var next = page.Next?.ToString(CultureInfo.InvariantCulture);
                return Results.Json(new ParkedResponse(page.Items, next), EndpointJson.Default.ParkedResponse);
            }
        );

        string? Text(string name) => query[name].ToString() is { Length: > 0 } value ? value : null;
    }

    /// <summary>POST /api/parked/replay</summary>
    public async Task<IResult> ReplayAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(request, MostBytes, cancellationToken);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        var errors = new ValidationErrors();
        using var document = JsonInput.Parse(body.Utf8, errors);
        if (
            document is null
            || ReadReplay(document.RootElement, errors) is not var (filter, most, isDryRun)
            || errors.Any
        )
        {
            return Problems.Invalid(errors);
        }

        return await Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
            {
                var matched = await CountAsync(filter, cancellationToken);
                var replayed = isDryRun ? 0 : await bus.ReplayAsync(filter, most, cancellationToken);
                request.HttpContext.Response.Headers.Location = $"{request.PathBase}/api/parked";
                var answer = new ReplayResponse(Math.Max(matched, replayed), replayed);
                return Results.Json(answer, EndpointJson.Default.ReplayResponse, statusCode: 202);
            }
        );
    }

    private (ParkedFilter Filter, int Most, bool IsDryRun)? ReadReplay(JsonElement root, ValidationErrors errors)
    {
        var replay = new JsonObjectReader(root, "$", errors);
        var filter = new ParkedFilter(replay.Text("provider"), replay.Text("orderId"), replay.Text("reason"));
        CheckProvider("$.provider", filter.Provider, errors);
        var most = replay.Count("max", least: 1, most: int.MaxValue) ?? int.MaxValue;
        var isDryRun = replay.Flag("dryRun") ?? false;
        replay.RefuseUnknownFields();
        return replay.IsObject ? (filter, most, isDryRun) : null;
    }

    private void CheckProvider(string path, string? provider, ValidationErrors errors)
    {
        if (provider is not null && !catalog.Names.Contains(provider, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add(path, $"is no provider; known are {string.Join(", ", catalog.Names)}");
        }
    }

    private async Task<int> CountAsync(ParkedFilter filter, CancellationToken cancellationToken)
    {
        var count = 0;
        long? next = null;
        do
        {
            var page = await bus.ListParkedAsync(filter, MostItems, next, cancellationToken);
            count += page.Items.Count;
            next = page.Next;
        } while (next is not null);

        return count;
    }
}
