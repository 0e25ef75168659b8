using System.Globalization;
using System.Text;
using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;
using OrderFunctions.Bus;

namespace OrderFunctions.App.Bus;

/// <summary>
/// What our messages look like on Service Bus: the body as it is, all else in application properties, so that every
/// tool shows it.
/// </summary>
internal static class ServiceBusMessages
{
    private const string Kind = "kind";
    private const string EventId = "eventId";
    private const string OrderId = "orderId";
    private const string Provider = "provider";
    private const string AcceptedAtName = "acceptedAt";
    private const string Retries = "retries";
    private const string Attempts = "attempts";
    private const string Waits = "waits";
    private const string Again = "again";
    private const string AskedAt = "askedAt";
    private const string AskedBy = "askedBy";
    private const string Forced = "forced";
    private const string Replays = "replays";
    private const string RetryAt = "retryAt";
    private const string Source = "source";

    // What a replay set before replays were counted.
    private const string Replayed = "replayed";

    // The name under which Service Bus and its clients keep the W3C trace parent.
    private const string TraceParent = "Diagnostic-Id";

    // The same as W3C calls it, which other clients set.
    private const string W3CTraceParent = "traceparent";
    private const string LastTurn = "lastTurn";

    private const string Order = "order";
    private const string Click = "click";
    private const string Job = "job";

    /// <param name="due">When it is to be received; null: at once.</param>
    public static ServiceBusMessage Message(BusMessage message, DateTimeOffset? due = null)
    {
        var kind = message.Kind switch
        {
            MessageKind.Click => Click,
            MessageKind.Job => Job,
            _ => Order,
        };
        var sent = new ServiceBusMessage(message.Body)
        {
            MessageId = message.Id,
            Subject = kind,
            ContentType = "application/json",
        };
        if (due is { } at)
        {
            sent.ScheduledEnqueueTime = at;
        }

        var properties = sent.ApplicationProperties;
        properties[Kind] = kind;
        properties[Retries] = message.Retries;
        properties[Attempts] = message.Attempts;
        properties[Waits] = message.Waits;
        properties[Replays] = message.Replays;
        Set(EventId, message.EventId);
        Set(OrderId, message.OrderId);
        Set(Provider, message.Provider);
        Set(TraceParent, message.TraceParent);
        Set(LastTurn, message.LastTurn);
        Set(AcceptedAtName, message.AcceptedAt?.ToString("O", CultureInfo.InvariantCulture));
        if (message.AskedAgain is { } again)
        {
            Set(Again, string.Join(',', again.Providers));
            Set(AskedAt, again.At.ToString("O", CultureInfo.InvariantCulture));
            Set(AskedBy, again.By);
            properties[Forced] = again.IsForced;
        }

        return sent;

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                properties[name] = value;
            }
        }
    }

    /// <param name="queue">Where it was received.</param>
    public static ReceivedMessage Received(string queue, ServiceBusReceivedMessage received)
    {
        var properties = received.ApplicationProperties;
        var source = queue == Entities.Retry ? SourceOf(received) : null;
        var message = new BusMessage(received.MessageId ?? "", BodyOf(received))
        {
            Kind = Text(properties, Kind) switch
            {
                Click => MessageKind.Click,
                Job => MessageKind.Job,
                // What was sent before there was this property is about an order.
                _ => MessageKind.Order,
            },
            EventId = Text(properties, EventId),
            OrderId = Text(properties, OrderId),
            Provider = ProviderOf(source ?? queue),
            AcceptedAt = Time(properties, AcceptedAtName),
            Retries = Number(properties, Retries),
            Attempts = Number(properties, Attempts),
            Waits = Number(properties, Waits),
            Replays =
                Number(properties, Replays) is > 0 and var replays ? replays
                : Flag(properties, Replayed) ? 1
                : 0,
            AskedAgain =
                Text(properties, Again) is { } again && Time(properties, AskedAt) is { } askedAt
                    ? new AskedAgain(again.Split(','), askedAt, Text(properties, AskedBy), Flag(properties, Forced))
                    : null,
            TraceParent = Text(properties, TraceParent) ?? Text(properties, W3CTraceParent),
            LastTurn = Text(properties, LastTurn),
        };
        var deadLetter = source is null
            ? null
            : new DeadLetter(
                received.DeadLetterReason ?? "",
                received.DeadLetterErrorDescription ?? "",
                Time(properties, RetryAt),
                message.Retries,
                message.Attempts
            )
            {
                Waits = message.Waits,
                LastTurn = message.LastTurn,
            };
        return new ReceivedMessage(message, queue, received.DeliveryCount, source, deadLetter);
    }

    /// <summary>What a dead letter carries beside its reason and description.</summary>
    /// <param name="source">The queue that it came from before it came to orders-retry; null: it is on that queue still.</param>
    public static Dictionary<string, object> Properties(DeadLetter deadLetter, string? source)
    {
        var properties = new Dictionary<string, object>
        {
            [Retries] = deadLetter.Retries,
            [Attempts] = deadLetter.Attempts,
            [Waits] = deadLetter.Waits,
        };
        if (deadLetter.RetryAt is { } retryAt)
        {
            properties[RetryAt] = retryAt.ToString("O", CultureInfo.InvariantCulture);
        }

        if (deadLetter.LastTurn is { } lastTurn)
        {
            properties[LastTurn] = lastTurn;
        }

        if (source is not null)
        {
            properties[Source] = source;
        }

        return properties;
    }

    /// <summary>When the message's event was accepted; null: it does not say.</summary>
    public static DateTimeOffset? AcceptedAt(ServiceBusReceivedMessage message) =>
        Time(message.ApplicationProperties, AcceptedAtName);

    /// <summary>Whether the message waits because nobody could be called.</summary>
    public static bool IsPutOff(ServiceBusReceivedMessage message) => Number(message.ApplicationProperties, Waits) > 0;

    /// <summary>The same for another time.</summary>
    /// <param name="queue">Where it waits.</param>
    public static ServiceBusMessage Copy(string queue, ServiceBusReceivedMessage message, DateTimeOffset due) =>
        Message(Received(queue, message).Message with { Id = Guid.NewGuid().ToString() }, due);

    public static ParkedDelivery Parked(ServiceBusReceivedMessage parked) =>
        ParkedDelivery.Of(
            parked.SequenceNumber,
            Received(Entities.Retry, parked),
            parked.DeadLetterReason ?? "",
            parked.DeadLetterErrorDescription ?? "",
            parked.EnqueuedTime
        );

    // The queue that dead-lettered it; once parked, Service Bus may know it no more, and our own note does. A
    // subscription's dead letters belong on the queue that it forwards to.
    private static string? SourceOf(ServiceBusReceivedMessage received)
    {
        var source = received.DeadLetterSource;
        if (string.IsNullOrEmpty(source) || source == Entities.Retry)
        {
            return Text(received.ApplicationProperties, Source);
        }

        return SubscriptionOf(received) is { } provider ? Entities.QueueOf(provider) : source;
    }

    /// <summary>
    /// Which provider's subscription dead-lettered the message, as it does where it can't forward to the provider's
    /// queue; null: none did.
    /// </summary>
    public static string? SubscriptionOf(ServiceBusReceivedMessage received) =>
        received.DeadLetterSource?.Split('/') is [var topic, .., var subscription]
        && topic.Equals(Entities.Topic, StringComparison.OrdinalIgnoreCase)
            ? subscription.ToLowerInvariant()
            : null;

    // JMS clients send text as an AMQP value; whatever is neither that nor data is no JSON either.
    private static ReadOnlyMemory<byte> BodyOf(ServiceBusReceivedMessage received)
    {
        var body = received.GetRawAmqpMessage().Body;
        return body.BodyType == AmqpMessageBodyType.Data ? received.Body.ToMemory()
            : body.TryGetValue(out var value) && value is string text ? Encoding.UTF8.GetBytes(text)
            : default(ReadOnlyMemory<byte>);
    }

    private static string? ProviderOf(string queue) =>
        queue is not (Entities.Inbound or Entities.Retry)
        && queue.StartsWith(Entities.QueuePrefix, StringComparison.Ordinal)
            ? queue[Entities.QueuePrefix.Length..]
            : null;

    private static string? Text(IReadOnlyDictionary<string, object> properties, string name) =>
        properties.TryGetValue(name, out var value) ? value as string : null;

    private static bool Flag(IReadOnlyDictionary<string, object> properties, string name) =>
        properties.TryGetValue(name, out var value) && value is true;

    private static int Number(IReadOnlyDictionary<string, object> properties, string name) =>
        properties.TryGetValue(name, out var value) && value is int number ? number : 0;

    private static DateTimeOffset? Time(IReadOnlyDictionary<string, object> properties, string name) =>
        DateTimeOffset.TryParseExact(
            Text(properties, name),
            "O",
            CultureInfo.InvariantCulture,
            DateTimeStyles.RoundtripKind,
            out var time
        )
            ? time
            : null;
}
