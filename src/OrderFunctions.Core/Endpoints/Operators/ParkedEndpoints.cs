using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Bus;
using OrderFunctions.Json;
using OrderFunctions.Parked;
using OrderFunctions.Providers;

namespace OrderFunctions.Endpoints.Operators;

/// <summary>The routes under /api/parked, the same for every host.</summary>
public sealed class ParkedEndpoints(IBus bus, ParkedList list, ParkedJobs jobs, ProviderCatalog catalog)
{
    /// <summary>How many a page of the list has at most.</summary>
    internal const int MostItems = 500;

    private const int UsualLimit = 100;
    private const int MostBytes = 16 * 1024;

    /// <summary>GET /api/parked?provider=&amp;orderId=&amp;reason=&amp;since=&amp;until=&amp;limit=&amp;next=</summary>
    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var query = new QueryReader(request.Query, errors);
        var filter = ParkedQuery.Filter(query, catalog, "limit", "next");
        var limit = query.Limit(UsualLimit, MostItems);
        // Nothing comes behind the largest number, and what reads on from there would begin anew.
        var after = 0L;
        if (
            query.Text("next") is { } place
            && !(
                long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out after)
                && after < long.MaxValue
            )
        )
        {
            query.Error("next", "must be 'next' of the page before, as it was answered");
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
    }

    /// <summary>GET /api/parked/summary?provider=&amp;orderId=&amp;reason=&amp;since=&amp;until=</summary>
    public async Task<IResult> SummarizeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var filter = ParkedQuery.Filter(new QueryReader(request.Query, errors), catalog);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        return await Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
                Results.Json(await list.SummarizeAsync(filter, cancellationToken), EndpointJson.Default.ParkedSummary)
        );
    }

    /// <summary>POST /api/parked/replay</summary>
    public Task<IResult> ReplayAsync(HttpRequest request, CancellationToken cancellationToken) =>
        StartAsync(ParkedAction.Replay, request, cancellationToken);

    /// <summary>POST /api/parked/discard</summary>
    public Task<IResult> DiscardAsync(HttpRequest request, CancellationToken cancellationToken) =>
        StartAsync(ParkedAction.Discard, request, cancellationToken);

    /// <summary>GET /api/parked/jobs</summary>
    public Task<IResult> ListJobsAsync(HttpRequest request, CancellationToken cancellationToken) =>
        Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
                Results.Json(
                    new ParkedJobsResponse([.. (await jobs.ListAsync(cancellationToken)).Select(ParkedJobResponse.Of)]),
                    EndpointJson.Default.ParkedJobsResponse
                )
        );

    /// <summary>GET /api/parked/jobs/{id}</summary>
    public Task<IResult> FindJobAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
                await jobs.FindAsync(id, cancellationToken) is { } job
                    ? Results.Json(ParkedJobResponse.Of(job), EndpointJson.Default.ParkedJobResponse)
                    : NoJob()
        );

    /// <summary>DELETE /api/parked/jobs/{id}: what is left stays parked.</summary>
    public Task<IResult> CancelJobAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () => await jobs.CancelAsync(id, cancellationToken) ? Results.NoContent() : NoJob()
        );

    private static IResult NoJob() =>
        Problems.NotFound($"There is no job of this id; the newest {ParkedJobs.MostJobs} are kept.");

    private async Task<IResult> StartAsync(
        ParkedAction action,
        HttpRequest request,
        CancellationToken cancellationToken
    )
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
            || ParkedQuery.Request(action, document.RootElement, catalog, errors) is not var (parked, isDryRun)
            || errors.Any
        )
        {
            return Problems.Invalid(errors);
        }

        return await Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
                await jobs.StartAsync(parked, isDryRun, cancellationToken) is { } start
                    ? Accepted(request, start, isDryRun)
                    : Problems.TooManyJobs(ParkedJobs.MostJobs)
        );
    }

    private static IResult Accepted(HttpRequest request, ParkedStart start, bool isDryRun)
    {
        var job = start.Job;
        var status = $"{request.PathBase}/api/parked";
        ParkedJobLink? link = null;
        if (job.State == ParkedJobState.Running)
        {
            status += $"/jobs/{job.Id}";
            link = new ParkedJobLink(job.Id, status);
        }

        request.HttpContext.Response.Headers.Location = status;
        var isReplay = job.Request.Action == ParkedAction.Replay;
        var done = isDryRun ? 0 : job.Done;
        var answer = new ParkedActionResponse(
            job.Matched,
            isReplay ? done : null,
            isReplay ? null : done,
            job.HeldBack > 0 ? job.HeldBack : null,
            job.Superseded > 0 ? job.Superseded : null,
            job.IsMatchedAtLeast ? true : null,
            start.UnknownIds.Count > 0 ? start.UnknownIds : null,
            link
        );
        return Results.Json(answer, EndpointJson.Default.ParkedActionResponse, statusCode: 202);
    }
}
