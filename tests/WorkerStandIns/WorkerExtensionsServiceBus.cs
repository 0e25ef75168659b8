// Stand-ins for Microsoft.Azure.Functions.Worker.Extensions.ServiceBus 5.24.0.

using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker
{
    public sealed class ServiceBusTriggerAttribute(string queueName) : TriggerBindingAttribute
    {
        public string? Connection { get; set; }

        public string? QueueName { get; } = queueName;

        public bool AutoCompleteMessages { get; set; }
    }

    public class ServiceBusMessageActions
    {
        protected ServiceBusMessageActions() { }

        public virtual Task CompleteMessageAsync(
            ServiceBusReceivedMessage message,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual Task AbandonMessageAsync(
            ServiceBusReceivedMessage message,
            IDictionary<string, object>? propertiesToModify = default,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual Task DeadLetterMessageAsync(
            ServiceBusReceivedMessage message,
            Dictionary<string, object>? propertiesToModify = default,
            string? deadLetterReason = default,
            string? deadLetterErrorDescription = default,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();
    }
}
