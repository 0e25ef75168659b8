using Microsoft.Extensions.Logging;
using OrderFunctions.Bus;
using OrderFunctions.Diagnostics;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Strings;

namespace OrderFunctions.Delivery;

/// <summary>
/// Every log line about deliveries, with the metric that goes with it. No line carries a body, and none is over 300
/// characters: long ids have their beginning and their end.
/// </summary>
public sealed partial class DeliveryLog(
    ILoggerFactory loggers,
    OutageLog outages,
    OperatorEvents events,
    DeliveryCounters counters,
    TimeProvider timeProvider
)
{
    private const string Unknown = "unknown";

    // Orders are looked for by their ids; an event's only tells it from the order's others.
    private const int MostOfOrderId = 48;
    private const int MostOfEventId = 10;
    private const int MostOfReason = 160;

    // Not the type's name: with it an order's lines would be a quarter longer.
    private readonly ILogger _logger = loggers.CreateLogger("OrderFunctions");

    /// <summary>A message was received.</summary>
    public void TakenUp(string provider, ReceivedMessage received)
    {
        // Of a retry nobody knows how long it has been due.
        if (received is { DeliveryCount: 1, Message: { Retries: 0, Waits: 0, Replays: 0, AcceptedAt: { } acceptedAt } })
        {
            Telemetry.QueueAge.Record(SecondsSince(acceptedAt), Telemetry.Provider(provider));
        }
    }

    public void Attempt(string provider, OrderEvent orderEvent, Attempt attempt)
    {
        Count(provider, attempt.Outcome, attempt.StatusCode, attempt.DurationMs);
        LogAttempt(
            provider,
            ShortOrder(orderEvent.Order.Id),
            ShortEvent(orderEvent.EventId),
            attempt.Number,
            attempt.Of,
            attempt.Outcome,
            Status(attempt.StatusCode),
            attempt.DurationMs
        );
    }

    public void Ended(string provider, OrderEvent orderEvent, Outcome outcome, DateTimeOffset? nextAttemptAt)
    {
        CountEnd(provider, outcome, nextAttemptAt);
        if (outcome is Outcome.Delivered)
        {
            Telemetry.EventAge.Record(SecondsSince(orderEvent.OccurredAt), Telemetry.Provider(provider));
            if (orderEvent.AcceptedAt is { } acceptedAt)
            {
                Telemetry.Latency.Record(SecondsSince(acceptedAt), Telemetry.Provider(provider));
            }
        }

        LogEnded(
            provider,
            ShortOrder(orderEvent.Order.Id),
            ShortEvent(orderEvent.EventId),
            outcome.Name,
            Rest(outcome, nextAttemptAt)
        );
    }

    /// <param name="clickId">The message's event id.</param>
    public void ClickAttempt(
        string provider,
        string? clickId,
        int number,
        int of,
        Outcome outcome,
        int? statusCode,
        TimeSpan duration
    )
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        Count(provider, outcome.Name, statusCode, milliseconds);
        LogClickAttempt(provider, ShortOrder(clickId), number, of, outcome.Name, Status(statusCode), milliseconds);
    }

    public void ClickEnded(string provider, string? clickId, Outcome outcome, DateTimeOffset? nextAttemptAt)
    {
        CountEnd(provider, outcome, nextAttemptAt);
        LogClickEnded(provider, ShortOrder(clickId), outcome.Name, Rest(outcome, nextAttemptAt));
    }

    /// <summary>A copy was scheduled.</summary>
    /// <param name="provider">Null: of a message of the ERP's.</param>
    public static void Retried(string? provider) => Telemetry.Retried.Add(1, Telemetry.Provider(provider ?? "none"));

    /// <param name="scheme">Null: the provider takes no credentials.</param>
    public void CredentialRejected(string provider, int statusCode, string? scheme)
    {
        Telemetry.CredentialsRejected.Add(1, Telemetry.Provider(provider));
        var text = scheme is null
            ? $"{provider} refused a call that needs no credentials with {statusCode}; check its address and ids"
            : $"{provider} refused our {scheme} credentials with {statusCode}, freshly fetched; check the secret";
        events.Raise(new OperatorEvent(OperatorEventTypes.CredentialRejected, provider, text));
    }

    public void Parked(string? provider, string? orderId, string? eventId, string reason)
    {
        Telemetry.Parked.Add(1, Telemetry.Provider(provider ?? "none"), Telemetry.Reason(reason));
        counters.Parked(provider ?? "none");
        events.Raise(
            new OperatorEvent(
                OperatorEventTypes.DeliveryParked,
                provider,
                $"{provider ?? Unknown} order {ShortOrder(orderId)} event {ShortEvent(eventId)}: {reason}"
            )
            {
                OrderId = orderId,
            }
        );
    }

    public void LedgerUnavailable(LedgerUnavailableException error) => outages.Tell(error);

    public void LedgerWorks() => outages.LedgerWorks();

    private void Count(string provider, string outcome, int? statusCode, double milliseconds)
    {
        counters.Attempted(provider, TimeSpan.FromMilliseconds(milliseconds));
        Telemetry.Attempts.Record(
            milliseconds / 1000,
            Telemetry.Provider(provider),
            Telemetry.Outcome(outcome),
            new("http.response.status_code", statusCode)
        );
    }

    private void CountEnd(string provider, Outcome outcome, DateTimeOffset? nextAttemptAt)
    {
        counters.Ended(provider, outcome, isRetried: nextAttemptAt is not null);
        Telemetry.Deliveries.Add(1, Telemetry.Provider(provider), Telemetry.Outcome(outcome.Name));
    }

    private double SecondsSince(DateTimeOffset time) => Math.Max(0, (timeProvider.GetUtcNow() - time).TotalSeconds);

    private static string ShortOrder(string? id) => id?.ShortenId(MostOfOrderId) ?? Unknown;

    private static string ShortEvent(string? id) => id?.ShortenId(MostOfEventId) ?? Unknown;

    private static object Status(int? statusCode) => statusCode is { } status ? status : "no-answer";

    private static string Rest(Outcome outcome, DateTimeOffset? nextAttemptAt)
    {
        var when = nextAttemptAt is { } next ? $" at {next:u}" : "";
        return outcome is Outcome.Skipped or Outcome.Retry { When.IsFree: true }
            ? $"{when}: {outcome.Reason.Shorten(MostOfReason)}"
            : when;
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "delivery.attempt {Provider} {OrderId} {EventId} {Number}/{Of} {Outcome} {StatusCode} {DurationMs} ms"
    )]
    private partial void LogAttempt(
        string provider,
        string orderId,
        string eventId,
        int number,
        int of,
        string outcome,
        object statusCode,
        long durationMs
    );

    [LoggerMessage(2, LogLevel.Information, "delivery.ended {Provider} {OrderId} {EventId} {Outcome}{Rest}")]
    private partial void LogEnded(string provider, string orderId, string eventId, string outcome, string rest);

    [LoggerMessage(
        11,
        LogLevel.Information,
        "click.attempt {Provider} {ClickId} {Number}/{Of} {Outcome} {StatusCode} {DurationMs} ms"
    )]
    private partial void LogClickAttempt(
        string provider,
        string clickId,
        int number,
        int of,
        string outcome,
        object statusCode,
        long durationMs
    );

    [LoggerMessage(12, LogLevel.Information, "click.ended {Provider} {ClickId} {Outcome}{Rest}")]
    private partial void LogClickEnded(string provider, string clickId, string outcome, string rest);

    [LoggerMessage(6, LogLevel.Error, "delivery.failed {Queue} message {MessageId}: it goes back on the queue")]
    public partial void Failed(Exception error, string queue, string messageId);

    [LoggerMessage(
        7,
        LogLevel.Error,
        "settlement.failed {Queue} message {MessageId}: the bus will deliver it again, and the ledger knows what was told"
    )]
    public partial void SettlementFailed(Exception error, string queue, string messageId);
}
