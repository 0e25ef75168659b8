using System.Runtime.ExceptionServices;
using System.Text.Json;
using OrderFunctions.Bus;
using OrderFunctions.Ledger;

namespace OrderFunctions.Parked;

/// <summary>
/// Replays and discards: a first slice within the call, the rest as a job whose next slice is a message on orders-retry.
/// Such a message survives a restart, runs on one instance, and needs no timer and no lease. The job's record is changed
/// by compare-and-set; a message whose slice is over or is another message's does nothing.
/// </summary>
public sealed class ParkedJobs(
    IBus bus,
    IStateStore states,
    ParkedList list,
    ParkedSlices slices,
    ParkedLog log,
    TimeProvider timeProvider
)
{
    /// <summary>The newest are kept; so many may run at once.</summary>
    public const int MostJobs = 20;

    private const string Record = "parked-jobs";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>A slice ends before the next is due.</summary>
    private static readonly TimeSpan LongestPacedSlice = TimeSpan.FromSeconds(50);

    /// <summary>By then the job is on record.</summary>
    private static readonly TimeSpan BeforeSecondSlice = TimeSpan.FromSeconds(10);

    /// <returns>Null: too many jobs are running.</returns>
    public async Task<ParkedStart?> StartAsync(
        ParkedRequest request,
        bool isDryRun,
        CancellationToken cancellationToken
    )
    {
        if (!isDryRun && (await ListAsync(cancellationToken)).Count(IsRunning) >= MostJobs)
        {
            return null;
        }

        var upTo = await bus.LastParkedAsync(cancellationToken);
        var count = await list.CountAsync(request, upTo, cancellationToken);
        var now = timeProvider.GetUtcNow();
        var job = new ParkedJob(Guid.NewGuid().ToString("N"), request, upTo, now)
        {
            Matched = count.Matched,
            IsMatchedAtLeast = !count.IsComplete,
            HeldBack = count.HeldBack,
            UpdatedAt = now,
        };
        if (isDryRun || (count.IsComplete && count.Matched == count.HeldBack))
        {
            return new ParkedStart(job with { State = ParkedJobState.Done }, count.UnknownIds);
        }

        var result = await slices.RunAsync(job, ParkedList.Patience, cancellationToken);
        if (result.Failure is { } failure && (result.DidNothing || failure is OperationCanceledException))
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        job = job.With(result, timeProvider.GetUtcNow()) with { Slice = 1 };
        if (IsRunning(job))
        {
            try
            {
                // The message first: a process that dies in between leaves one that finds no job.
                var due = now + (request.PerMinute is null ? BeforeSecondSlice : Minute);
                await ScheduleAsync(job, due, cancellationToken);
                await AddAsync(job, cancellationToken);
            }
            catch (Exception error)
                when (error is BusUnavailableException or LedgerUnavailableException && !result.DidNothing)
            {
                // What is done is told; the rest stays parked.
                log.NotKept(error, job.Id);
                job = job with { State = ParkedJobState.Cancelled };
            }
        }

        return new ParkedStart(job, count.UnknownIds);
    }

    /// <summary>Runs the slice that a message on orders-retry is about, and schedules the next.</summary>
    public async Task ContinueAsync(BusMessage message, CancellationToken cancellationToken)
    {
        var slice = JsonSerializer.Deserialize(message.Body.Span, ParkedJson.Default.SliceMessage)!;
        try
        {
            await RunAsync(slice, message.Id, cancellationToken);
        }
        catch (Exception error) when (error is LedgerUnavailableException or BusUnavailableException)
        {
            // Given back, it would come again at once, ten times, and be parked.
            log.Postponed(error, slice.Job);
            await bus.ScheduleAsync(Entities.Retry, message, timeProvider.GetUtcNow() + Minute, cancellationToken);
        }
    }

    /// <returns>Newest first.</returns>
    public async Task<IReadOnlyList<ParkedJob>> ListAsync(CancellationToken cancellationToken) =>
        (await states.FindAsync(Record, ParkedJson.Default.ParkedJobRecord, cancellationToken))?.Jobs ?? [];

    /// <returns>Null: there is none of that id.</returns>
    public async Task<ParkedJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(job => job.Id == id);

    /// <summary>Stops a job before its next slice. One that is over stays as it is.</summary>
    /// <returns>False: there is none of that id.</returns>
    public async Task<bool> CancelAsync(string id, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var job = await ChangeAsync(
            id,
            job => IsRunning(job) ? job with { State = ParkedJobState.Cancelled, UpdatedAt = now } : null,
            cancellationToken
        );
        if (job?.State == ParkedJobState.Cancelled)
        {
            log.Cancelled(id);
        }

        return job is not null;
    }

    private async Task RunAsync(SliceMessage slice, string messageId, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetUtcNow();
        if (await ClaimAsync(slice, messageId, cancellationToken) is not { } job)
        {
            return;
        }

        var isPaced = job.Request.PerMinute is not null;
        var result = await slices.RunAsync(job, isPaced ? LongestPacedSlice : ParkedList.Patience, cancellationToken);
        if (result.Failure is { } failure && (result.DidNothing || failure is OperationCanceledException))
        {
            // The same message comes again, and with it this slice.
            if (!result.DidNothing)
            {
                await SaveAsync(slice, result, isOver: false, CancellationToken.None);
            }

            ExceptionDispatchInfo.Throw(failure);
        }

        if (IsRunning(job.With(result, started)))
        {
            var waits = isPaced || result.DidNothing;
            var due = waits ? started + Minute : timeProvider.GetUtcNow();
            await ScheduleAsync(job with { Slice = slice.Slice + 1 }, due, cancellationToken);
        }

        await SaveAsync(slice, result, isOver: true, cancellationToken);
    }

    // Null: it is over, is another message's, or there is no such job.
    private async Task<ParkedJob?> ClaimAsync(SliceMessage slice, string messageId, CancellationToken cancellationToken)
    {
        var isOurs = false;
        var job = await ChangeAsync(
            slice.Job,
            job =>
            {
                var isTaken = slice.Slice == job.Slice && job.Runner is { } runner && runner != messageId;
                isOurs = IsRunning(job) && slice.Slice >= job.Slice && !isTaken;
                return isOurs ? job with { Slice = slice.Slice, Runner = messageId } : null;
            },
            cancellationToken
        );
        return isOurs ? job : null;
    }

    /// <param name="isOver">Whether the next slice comes now; if not, this one comes again.</param>
    private Task<ParkedJob?> SaveAsync(
        SliceMessage slice,
        SliceResult result,
        bool isOver,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            slice.Job,
            job =>
                job.With(result, timeProvider.GetUtcNow()) is var saved && isOver && job.Slice == slice.Slice
                    ? saved with
                    {
                        Slice = slice.Slice + 1,
                        Runner = null,
                    }
                    : saved,
            cancellationToken
        );

    private Task ScheduleAsync(ParkedJob job, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new SliceMessage(job.Id, job.Slice),
            ParkedJson.Default.SliceMessage
        );
        var message = new BusMessage(Guid.NewGuid().ToString(), body) { Kind = MessageKind.Job };
        return bus.ScheduleAsync(Entities.Retry, message, due, cancellationToken);
    }

    private Task AddAsync(ParkedJob added, CancellationToken cancellationToken) =>
        states.ChangeAsync(
            Record,
            ParkedJson.Default.ParkedJobRecord,
            found =>
            {
                // What is over makes room; what is running stays.
                var jobs = new List<ParkedJob>([added, .. found?.Jobs ?? []]);
                while (jobs.Count > MostJobs && jobs.FindLastIndex(job => !IsRunning(job)) is >= 0 and var oldest)
                {
                    jobs.RemoveAt(oldest);
                }

                return new ParkedJobRecord(jobs);
            },
            cancellationToken
        );

    // Null: there is no such job.
    private async Task<ParkedJob?> ChangeAsync(
        string id,
        Func<ParkedJob, ParkedJob?> change,
        CancellationToken cancellationToken
    )
    {
        var record = await states.ChangeAsync(
            Record,
            ParkedJson.Default.ParkedJobRecord,
            found =>
                found?.Jobs.FirstOrDefault(job => job.Id == id) is { } job && change(job) is { } changed
                    ? new ParkedJobRecord([.. found.Jobs.Select(each => ReferenceEquals(each, job) ? changed : each)])
                    : null,
            cancellationToken
        );
        return record?.Jobs.FirstOrDefault(job => job.Id == id);
    }

    private static bool IsRunning(ParkedJob job) => job.State == ParkedJobState.Running;
}

/// <summary>What came of a call.</summary>
/// <param name="Job">As it stands after its first slice. Where it is running, it goes on by itself.</param>
/// <param name="UnknownIds">Of the ids that were asked for those that are not parked.</param>
public sealed record ParkedStart(ParkedJob Job, IReadOnlyList<string> UnknownIds);
