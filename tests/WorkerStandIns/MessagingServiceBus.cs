// Stand-ins for Azure.Messaging.ServiceBus 7.20.1.
#nullable disable

using Azure.Core;
using Azure.Core.Amqp;

namespace Azure.Messaging.ServiceBus
{
    public class ServiceBusClient : IAsyncDisposable
    {
        protected ServiceBusClient() { }

        public ServiceBusClient(string connectionString, ServiceBusClientOptions options) { }

        public ServiceBusClient(
            string fullyQualifiedNamespace,
            TokenCredential credential,
            ServiceBusClientOptions options
        ) { }

        public virtual ServiceBusSender CreateSender(string queueOrTopicName) => throw new NotSupportedException();

        public virtual ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options) =>
            throw new NotSupportedException();

        public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    public class ServiceBusClientOptions
    {
        public ServiceBusRetryOptions RetryOptions { get; set; } = new();
    }

    public class ServiceBusRetryOptions
    {
        public int MaxRetries { get; set; } = 3;

        public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(0.8);

        public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(1);

        public TimeSpan TryTimeout { get; set; } = TimeSpan.FromMinutes(1);
    }

    public class ServiceBusSender : IAsyncDisposable
    {
        protected ServiceBusSender() { }

        public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual Task SendMessageAsync(
            ServiceBusMessage message,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual Task SendMessagesAsync(
            ServiceBusMessageBatch messageBatch,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual Task CancelScheduledMessagesAsync(
            IEnumerable<long> sequenceNumbers,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    public class ServiceBusReceiver : IAsyncDisposable
    {
        protected ServiceBusReceiver() { }

        public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
            int maxMessages,
            long? fromSequenceNumber = null,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
            int maxMessages,
            TimeSpan? maxWaitTime = null,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual Task CompleteMessageAsync(
            ServiceBusReceivedMessage message,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual Task DeadLetterMessageAsync(
            ServiceBusReceivedMessage message,
            IDictionary<string, object> propertiesToModify,
            string deadLetterReason,
            string deadLetterErrorDescription = null,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual Task AbandonMessageAsync(
            ServiceBusReceivedMessage message,
            IDictionary<string, object> propertiesToModify = null,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    public class ServiceBusReceiverOptions
    {
        public SubQueue SubQueue { get; set; }
    }

    public class CreateMessageBatchOptions;

    public enum SubQueue
    {
        None = 0,
        DeadLetter = 1,
        TransferDeadLetter = 2,
    }

    public class ServiceBusMessage
    {
        public ServiceBusMessage(ReadOnlyMemory<byte> body) => Body = BinaryData.FromBytes(body);

        public BinaryData Body { get; set; }

        public string MessageId
        {
            get;
            set
            {
                if (string.IsNullOrEmpty(value) || value.Length > 128)
                {
                    throw new ArgumentException("A message id has 1 to 128 characters.", nameof(value));
                }

                field = value;
            }
        }

        public string Subject { get; set; }

        public string ContentType { get; set; }

        public DateTimeOffset ScheduledEnqueueTime { get; set; }

        public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>();
    }

    public sealed class ServiceBusMessageBatch : IDisposable
    {
        private readonly IList<ServiceBusMessage> _messages;
        private readonly Func<ServiceBusMessage, bool> _tryAdd;

        internal ServiceBusMessageBatch(IList<ServiceBusMessage> messages, Func<ServiceBusMessage, bool> tryAdd) =>
            (_messages, _tryAdd) = (messages, tryAdd);

        public int Count => _messages.Count;

        public bool TryAddMessage(ServiceBusMessage message)
        {
            if (!_tryAdd(message))
            {
                return false;
            }

            _messages.Add(message);
            return true;
        }

        public void Dispose() { }
    }

    public enum ServiceBusMessageState
    {
        Active = 0,
        Deferred = 1,
        Scheduled = 2,
    }

    public class ServiceBusReceivedMessage
    {
        private readonly AmqpAnnotatedMessage _message;

        internal ServiceBusReceivedMessage(AmqpAnnotatedMessage message) => _message = message;

        public BinaryData Body =>
            _message.Body.TryGetData(out var data)
                ? BinaryData.FromBytes(data.Single())
                : throw new NotSupportedException($"The body is of the type {_message.Body.BodyType}.");

        public string MessageId { get; internal init; }

        public string LockToken { get; internal init; }

        // Throws where the message has no header, as the real one does.
        public int DeliveryCount => (int)_message.Header.DeliveryCount;

        public long SequenceNumber { get; internal init; }

        public DateTimeOffset EnqueuedTime { get; internal init; }

        public DateTimeOffset ScheduledEnqueueTime { get; internal init; }

        public ServiceBusMessageState State { get; internal init; }

        public string DeadLetterSource { get; internal init; }

        public string DeadLetterReason => ApplicationProperties.GetValueOrDefault("DeadLetterReason") as string;

        public string DeadLetterErrorDescription =>
            ApplicationProperties.GetValueOrDefault("DeadLetterErrorDescription") as string;

        public IReadOnlyDictionary<string, object> ApplicationProperties { get; internal init; } =
            new Dictionary<string, object>();

        public AmqpAnnotatedMessage GetRawAmqpMessage() => _message;

        public static ServiceBusReceivedMessage FromAmqpMessage(
            AmqpAnnotatedMessage message,
            BinaryData lockTokenBytes
        ) => new(message) { LockToken = new Guid(lockTokenBytes.ToArray()).ToString() };
    }

    public static class ServiceBusModelFactory
    {
        public static ServiceBusMessageBatch ServiceBusMessageBatch(
            long batchSizeBytes,
            IList<ServiceBusMessage> batchMessageStore,
            CreateMessageBatchOptions batchOptions = null,
            Func<ServiceBusMessage, bool> tryAddCallback = null
        ) => new(batchMessageStore, tryAddCallback ?? (_ => true));

        public static ServiceBusReceivedMessage ServiceBusReceivedMessage(
            BinaryData body = null,
            string messageId = null,
            string partitionKey = null,
            string viaPartitionKey = null,
            string sessionId = null,
            string replyToSessionId = null,
            TimeSpan timeToLive = default,
            string correlationId = null,
            string subject = null,
            string to = null,
            string contentType = null,
            string replyTo = null,
            DateTimeOffset scheduledEnqueueTime = default,
            IDictionary<string, object> properties = null,
            Guid lockTokenGuid = default,
            int deliveryCount = default,
            DateTimeOffset lockedUntil = default,
            long sequenceNumber = -1,
            string deadLetterSource = null,
            long enqueuedSequenceNumber = default,
            DateTimeOffset enqueuedTime = default,
            ServiceBusMessageState serviceBusMessageState = ServiceBusMessageState.Active
        ) =>
            new(
                new AmqpAnnotatedMessage(AmqpMessageBody.FromData([body?.ToMemory() ?? default]))
                {
                    Header = { DeliveryCount = (uint)deliveryCount },
                }
            )
            {
                MessageId = messageId,
                LockToken = lockTokenGuid.ToString(),
                SequenceNumber = sequenceNumber,
                EnqueuedTime = enqueuedTime,
                ScheduledEnqueueTime = scheduledEnqueueTime,
                State = serviceBusMessageState,
                DeadLetterSource = deadLetterSource,
                ApplicationProperties = new Dictionary<string, object>(properties ?? new Dictionary<string, object>()),
            };
    }

    public enum ServiceBusFailureReason
    {
        GeneralError = 0,
        MessagingEntityNotFound = 1,
        MessageLockLost = 2,
        MessageNotFound = 3,
        MessageSizeExceeded = 4,
        MessagingEntityDisabled = 5,
        QuotaExceeded = 6,
        ServiceBusy = 7,
        ServiceTimeout = 8,
        ServiceCommunicationProblem = 9,
        SessionCannotBeLocked = 10,
        SessionLockLost = 11,
        MessagingEntityAlreadyExists = 12,
    }

    public class ServiceBusException : Exception
    {
        public ServiceBusException(
            string message,
            ServiceBusFailureReason reason,
            string entityPath = null,
            Exception innerException = null
        )
            : base(message, innerException) => Reason = reason;

        public ServiceBusFailureReason Reason { get; }
    }
}
