using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using OrderFunctions.Bus;

namespace OrderFunctions.Tests.Bus;

/// <summary>The SDK's client, with a broker in this process at the other end.</summary>
internal sealed class FakeServiceBusClient(FakeBroker broker) : ServiceBusClient
{
    public override ServiceBusSender CreateSender(string queueOrTopicName) => new Sender(broker, queueOrTopicName);

    public override ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options)
    {
        return (queueName, options.SubQueue) switch
        {
            (Entities.Retry, SubQueue.DeadLetter) => new Receiver(broker),
            (not (Entities.Topic or FakeBroker.Parked), SubQueue.None) => new Receiver(broker, queueName),
            var wrong => throw new ServiceBusException(
                $"There is no {wrong}.",
                ServiceBusFailureReason.MessagingEntityNotFound
            ),
        };
    }

    /// <summary>Opens its link with its first call, and asks the broker for a batch only to learn how large it may be.</summary>
    private sealed class Sender(FakeBroker broker, string entity) : ServiceBusSender
    {
        // As the SDK's: one sender serves all threads.
        private readonly ConcurrentDictionary<ServiceBusMessageBatch, List<ServiceBusMessage>> _batches = [];
        private readonly Lock _gate = new();
        private bool _isOpen;
        private bool _isClosed;

        public override ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(
            CancellationToken cancellationToken = default
        )
        {
            cancellationToken.ThrowIfCancellationRequested();
            OpenOnce();
            var messages = new List<ServiceBusMessage>();
            var batch = ServiceBusModelFactory.ServiceBusMessageBatch(
                256 * 1024,
                messages,
                tryAddCallback: _ => messages.Count < broker.BatchSize
            );
            _batches[batch] = messages;
            return ValueTask.FromResult(batch);
        }

        public override Task SendMessagesAsync(
            ServiceBusMessageBatch messageBatch,
            CancellationToken cancellationToken = default
        )
        {
            cancellationToken.ThrowIfCancellationRequested();
            OpenOnce();
            foreach (var message in _batches[messageBatch])
            {
                broker.Send(entity, message);
            }

            return Task.CompletedTask;
        }

        public override Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            OpenOnce();
            broker.Send(entity, message);
            return Task.CompletedTask;
        }

        public override Task CancelScheduledMessagesAsync(
            IEnumerable<long> sequenceNumbers,
            CancellationToken cancellationToken = default
        )
        {
            cancellationToken.ThrowIfCancellationRequested();
            OpenOnce();
            foreach (var number in sequenceNumbers)
            {
                broker.Cancel(entity, number);
            }

            return Task.CompletedTask;
        }

#pragma warning disable CA2215 // There is nothing beneath the SDK's mocking constructor to dispose of.
        public override ValueTask DisposeAsync()
        {
            if (_isOpen)
            {
                broker.Calls.Add($"close {entity}");
            }

            _isClosed = true;
            return ValueTask.CompletedTask;
        }
#pragma warning restore CA2215

        private void OpenOnce()
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            lock (_gate)
            {
                if (!_isOpen)
                {
                    broker.Open(entity);
                    _isOpen = true;
                }
            }
        }
    }

    /// <summary>Closing it frees no lock: those run out by themselves.</summary>
    private sealed class Receiver(FakeBroker broker, string queue = FakeBroker.Parked) : ServiceBusReceiver
    {
        private bool _isClosed;

#pragma warning disable CA2215 // There is nothing beneath the SDK's mocking constructor to dispose of.
        public override ValueTask DisposeAsync()
        {
            _isClosed = true;
            return ValueTask.CompletedTask;
        }
#pragma warning restore CA2215

        public override Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
            int maxMessages,
            long? fromSequenceNumber = null,
            CancellationToken cancellationToken = default
        )
        {
            ThrowIfClosed(cancellationToken);
            return Task.FromResult(broker.Peek(queue, maxMessages, fromSequenceNumber ?? 0));
        }

        public override Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
            int maxMessages,
            TimeSpan? maxWaitTime = null,
            CancellationToken cancellationToken = default
        )
        {
            ThrowIfClosed(cancellationToken);
            var received = new List<ServiceBusReceivedMessage>();
            while (received.Count < maxMessages && broker.TryReceive(queue) is { } message)
            {
                received.Add(message);
            }

            return Task.FromResult<IReadOnlyList<ServiceBusReceivedMessage>>(received);
        }

        public override Task CompleteMessageAsync(
            ServiceBusReceivedMessage message,
            CancellationToken cancellationToken = default
        )
        {
            ThrowIfClosed(cancellationToken);
            broker.Complete(queue, message);
            return Task.CompletedTask;
        }

        public override Task AbandonMessageAsync(
            ServiceBusReceivedMessage message,
            IDictionary<string, object>? propertiesToModify = null,
            CancellationToken cancellationToken = default
        )
        {
            ThrowIfClosed(cancellationToken);
            broker.Abandon(queue, message);
            return Task.CompletedTask;
        }

        private void ThrowIfClosed(CancellationToken cancellationToken)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
