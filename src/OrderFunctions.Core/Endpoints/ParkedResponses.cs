using OrderFunctions.Bus;
using OrderFunctions.Parked;

namespace OrderFunctions.Endpoints;

internal sealed record ParkedResponse(IReadOnlyList<ParkedDelivery> Items, string? Next);

/// <param name="Replayed">Of a replay: how many went back within the call.</param>
/// <param name="Discarded">Of a discard: how many were closed within the call.</param>
/// <param name="HeldBack">Replayed too often in vain, so left where they are; null: none.</param>
/// <param name="Superseded">Completed, since a newer event of their order is concluded; null: none.</param>
/// <param name="IsMatchedAtLeast">True where there was no time to count them all.</param>
/// <param name="UnknownIds">Of the ids those that are not parked; null: none.</param>
/// <param name="Job">What goes on by itself; null: nothing is left.</param>
internal sealed record ParkedActionResponse(
    int Matched,
    int? Replayed,
    int? Discarded,
    int? HeldBack,
    int? Superseded,
    bool? IsMatchedAtLeast,
    IReadOnlyList<string>? UnknownIds,
    ParkedJobLink? Job
);

/// <param name="Status">The path where its progress can be seen.</param>
internal sealed record ParkedJobLink(string Id, string Status);

/// <param name="Jobs">Newest first.</param>
internal sealed record ParkedJobsResponse(IReadOnlyList<ParkedJobResponse> Jobs);

internal sealed record ParkedJobResponse(
    string Id,
    ParkedAction Action,
    ParkedJobState State,
    ParkedFilterResponse Filter,
    int? Max,
    int? PerMinute,
    bool? Force,
    int Matched,
    bool? IsMatchedAtLeast,
    int Done,
    int HeldBack,
    int Superseded,
    string? Note,
    DateTimeOffset StartedAt,
    DateTimeOffset UpdatedAt
)
{
    public static ParkedJobResponse Of(ParkedJob job)
    {
        var (request, filter) = (job.Request, job.Request.Filter);
        return new ParkedJobResponse(
            job.Id,
            request.Action,
            job.State,
            new ParkedFilterResponse(
                filter.Provider,
                filter.OrderId,
                filter.Reason,
                filter.Since,
                filter.Until,
                filter.Ids
            ),
            request.Max,
            request.PerMinute,
            request.Force ? true : null,
            job.Matched,
            job.IsMatchedAtLeast ? true : null,
            job.Done,
            job.HeldBack,
            job.Superseded,
            request.Note,
            job.StartedAt,
            job.UpdatedAt
        );
    }
}

internal sealed record ParkedFilterResponse(
    string? Provider,
    string? OrderId,
    string? Reason,
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    IReadOnlyCollection<string>? Ids
);
