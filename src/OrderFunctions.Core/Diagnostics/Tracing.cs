using System.Diagnostics;

namespace OrderFunctions.Diagnostics;

/// <summary>
/// The spans of an event's way, by OpenTelemetry's semantic conventions for messaging and HTTP clients: the intake's
/// send, each turn on a queue, each call. None has a body, a query or a header.
/// </summary>
internal static class Tracing
{
    /// <summary>What puts events on the bus; a child of the caller's span.</summary>
    public static Activity? StartSend(string destination, int messages)
    {
        var activity = Telemetry.Activities.StartActivity($"send {destination}", ActivityKind.Producer);
        SetMessaging(activity, destination, "send");
        if (messages > 1)
        {
            activity?.SetTag("messaging.batch.message_count", messages);
        }

        return activity;
    }

    /// <summary>
    /// One turn of a message on a queue. Every turn is a child of the span that sent the event, however many retries
    /// and replays there have been, and links to the turn before it.
    /// </summary>
    /// <param name="sent">The W3C trace parent that the message came with.</param>
    /// <param name="before">That of the turn before; null: it is the first.</param>
    public static Activity? StartProcess(string queue, string messageId, string? orderId, string? sent, string? before)
    {
        if (!Telemetry.Activities.HasListeners())
        {
            return null;
        }

        // Of whoever sent the message: one that is unreadable begins a trace of its own.
        ActivityContext.TryParse(sent, null, isRemote: true, out var parent);
        var links = ActivityContext.TryParse(before, null, isRemote: true, out var last)
            ? new ActivityLink[] { new(last) }
            : null;
        var activity = Telemetry.Activities.StartActivity(
            $"process {queue}",
            ActivityKind.Consumer,
            parent,
            links: links
        );
        SetMessaging(activity, queue, "process");
        activity?.SetTag("messaging.message.id", messageId);
        activity?.SetTag("orderfunctions.order.id", orderId);
        return activity;
    }

    /// <summary>One call to a provider.</summary>
    /// <param name="purpose">What it is for, in one word of the ledger.</param>
    public static Activity? StartCall(string provider, string purpose, HttpMethod method, Func<Uri> address)
    {
        var activity = Telemetry.Activities.StartActivity(method.Method, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("http.request.method", method.Method);
            var url = address();
            activity.SetTag("server.address", url.Host);
            activity.SetTag("server.port", url.Port);
            // A query may have anything in it: what has none can't give it away.
            activity.SetTag("url.full", url.GetLeftPart(UriPartial.Path));
            activity.SetTag("peer.service", provider);
            activity.SetTag("orderfunctions.purpose", purpose);
        }

        return activity;
    }

    /// <param name="statusCode">Null: there was no answer.</param>
    /// <param name="errorType">Why there was none.</param>
    public static void EndCall(Activity? activity, int? statusCode, string? errorType)
    {
        if (activity is null)
        {
            return;
        }

        if (statusCode is { } status)
        {
            activity.SetTag("http.response.status_code", status);
        }

        if (statusCode is null or >= 400)
        {
            activity.SetTag("error.type", statusCode?.ToString(null, null) ?? errorType);
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    // The journal plays Service Bus on one machine.
    private static void SetMessaging(Activity? activity, string destination, string operation)
    {
        activity?.SetTag("messaging.system", "servicebus");
        activity?.SetTag("messaging.destination.name", destination);
        activity?.SetTag("messaging.operation.name", operation);
        activity?.SetTag("messaging.operation.type", operation);
    }
}
