using Microsoft.Extensions.Logging;
using OrderFunctions.Diagnostics;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Delivery;

/// <summary>Every log line about deliveries, with the metric that goes with it. No line carries a body.</summary>
public sealed partial class DeliveryLog(ILogger<DeliveryLog> logger, OutageLog outages, DeliveryCounters counters)
{
    private const string Unknown = "unknown";

    public void Attempt(string provider, OrderEvent orderEvent, Attempt attempt)
    {
        Telemetry.Attempts.Record(attempt.DurationMs, Telemetry.Provider(provider), new("outcome", attempt.Outcome));
        counters.Attempted(provider, TimeSpan.FromMilliseconds(attempt.DurationMs));
        LogAttempt(
            provider,
            orderEvent.Order.Id,
            orderEvent.EventId,
            attempt.Number,
            attempt.Of,
            attempt.Outcome,
            attempt.StatusCode is { } status ? status : "none",
            attempt.DurationMs
        );
    }

    public void Ended(string provider, OrderEvent orderEvent, Outcome outcome, DateTimeOffset? nextAttemptAt)
    {
        Telemetry.Deliveries.Add(1, Telemetry.Provider(provider), new("outcome", outcome.Name));
        counters.Ended(provider, outcome, isRetried: nextAttemptAt is not null);
        var (orderId, eventId) = (orderEvent.Order.Id, orderEvent.EventId);
        var because = outcome switch
        {
            Outcome.Skipped skipped => $": {skipped.Reason}",
            Outcome.Retry { When.IsFree: true } retry => $": {retry.Reason}",
            _ => "",
        };
        if (nextAttemptAt is { } next)
        {
            LogWaits(provider, orderId, eventId, outcome.Name, next, because);
        }
        else
        {
            LogEnded(provider, orderId, eventId, outcome.Name, because);
        }
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
        Telemetry.Attempts.Record(milliseconds, Telemetry.Provider(provider), new("outcome", outcome.Name));
        counters.Attempted(provider, duration);
        LogClickAttempt(
            provider,
            clickId ?? Unknown,
            number,
            of,
            outcome.Name,
            statusCode is { } status ? status : "none",
            milliseconds
        );
    }

    public void ClickEnded(string provider, string? clickId, Outcome outcome, DateTimeOffset? nextAttemptAt)
    {
        Telemetry.Deliveries.Add(1, Telemetry.Provider(provider), new("outcome", outcome.Name));
        counters.Ended(provider, outcome, isRetried: nextAttemptAt is not null);
        var because = outcome is Outcome.Skipped or Outcome.Retry { When.IsFree: true } ? $": {outcome.Reason}" : "";
        if (nextAttemptAt is { } next)
        {
            LogClickWaits(provider, clickId ?? Unknown, outcome.Name, next, because);
        }
        else
        {
            LogClickEnded(provider, clickId ?? Unknown, outcome.Name, because);
        }
    }

    /// <param name="scheme">Null: the provider takes no credentials.</param>
    public void CredentialRejected(string provider, int statusCode, string? scheme)
    {
        Telemetry.CredentialsRejected.Add(1, Telemetry.Provider(provider));
        if (scheme is null)
        {
            LogCallRejected(provider, statusCode);
        }
        else
        {
            LogCredentialRejected(provider, statusCode, scheme);
        }
    }

    public void Parked(string? provider, string? orderId, string? eventId, string reason)
    {
        Telemetry.Parked.Add(1, Telemetry.Provider(provider ?? "none"), new("reason", reason));
        if (provider is not null)
        {
            counters.Parked(provider);
        }

        LogParked(provider ?? Unknown, orderId ?? Unknown, eventId ?? Unknown, reason);
    }

    public void LedgerUnavailable(LedgerUnavailableException error) => outages.Tell(error);

    [LoggerMessage(
        1,
        LogLevel.Information,
        "delivery.attempt {Provider} order {OrderId} event {EventId} attempt {Number} of {Of}: {Outcome}, status {StatusCode}, {DurationMs} ms"
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

    [LoggerMessage(
        2,
        LogLevel.Information,
        "delivery.ended {Provider} order {OrderId} event {EventId}: {Outcome}{Because}"
    )]
    private partial void LogEnded(string provider, string orderId, string eventId, string outcome, string because);

    [LoggerMessage(
        9,
        LogLevel.Information,
        "delivery.ended {Provider} order {OrderId} event {EventId}: {Outcome} at {NextAttemptAt:u}{Because}"
    )]
    private partial void LogWaits(
        string provider,
        string orderId,
        string eventId,
        string outcome,
        DateTimeOffset nextAttemptAt,
        string because
    );

    [LoggerMessage(
        11,
        LogLevel.Information,
        "click.attempt {Provider} click {ClickId} attempt {Number} of {Of}: {Outcome}, status {StatusCode}, {DurationMs} ms"
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

    [LoggerMessage(12, LogLevel.Information, "click.ended {Provider} click {ClickId}: {Outcome}{Because}")]
    private partial void LogClickEnded(string provider, string clickId, string outcome, string because);

    [LoggerMessage(
        13,
        LogLevel.Information,
        "click.ended {Provider} click {ClickId}: {Outcome} at {NextAttemptAt:u}{Because}"
    )]
    private partial void LogClickWaits(
        string provider,
        string clickId,
        string outcome,
        DateTimeOffset nextAttemptAt,
        string because
    );

    [LoggerMessage(
        3,
        LogLevel.Error,
        "credential.rejected {Provider} refused our {Scheme} credentials with {StatusCode}, freshly fetched; check the secret"
    )]
    private partial void LogCredentialRejected(string provider, int statusCode, string scheme);

    [LoggerMessage(
        10,
        LogLevel.Error,
        "credential.rejected {Provider} refused a call that needs no credentials with {StatusCode}; check its address and ids"
    )]
    private partial void LogCallRejected(string provider, int statusCode);

    [LoggerMessage(5, LogLevel.Error, "delivery.parked {Provider} order {OrderId} event {EventId}: {Reason}")]
    private partial void LogParked(string provider, string orderId, string eventId, string reason);

    [LoggerMessage(6, LogLevel.Error, "delivery.failed {Queue} message {MessageId}: it goes back on the queue")]
    public partial void Failed(Exception error, string queue, string messageId);

    [LoggerMessage(
        7,
        LogLevel.Error,
        "settlement.failed {Queue} message {MessageId}: the bus will deliver it again, and the ledger knows what was told"
    )]
    public partial void SettlementFailed(Exception error, string queue, string messageId);
}
