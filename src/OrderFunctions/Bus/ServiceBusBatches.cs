using Azure.Messaging.ServiceBus;
using OrderFunctions.Bus;

namespace OrderFunctions.App.Bus;

/// <summary>Sends many messages in as few batches as the namespace's tier takes.</summary>
internal static class ServiceBusBatches
{
    /// <exception cref="BusUnavailableException">The tier takes no message of that size.</exception>
    public static async Task SendAsync(
        ServiceBusSender sender,
        IReadOnlyList<ServiceBusMessage> messages,
        CancellationToken cancellationToken
    )
    {
        var batch = await sender.CreateMessageBatchAsync(cancellationToken);
        try
        {
            foreach (var message in messages)
            {
                if (batch.TryAddMessage(message))
                {
                    continue;
                }

                if (batch.Count > 0)
                {
                    await sender.SendMessagesAsync(batch, cancellationToken);
                    batch.Dispose();
                    batch = await sender.CreateMessageBatchAsync(cancellationToken);
                }

                if (!batch.TryAddMessage(message))
                {
                    throw new BusUnavailableException(
                        $"The namespace takes no message of {message.Body.ToMemory().Length} bytes: its tier must take 256 KB."
                    );
                }
            }

            await sender.SendMessagesAsync(batch, cancellationToken);
        }
        finally
        {
            batch.Dispose();
        }
    }
}
