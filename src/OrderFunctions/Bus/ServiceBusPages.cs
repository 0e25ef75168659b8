using System.Runtime.CompilerServices;
using Azure.Messaging.ServiceBus;

namespace OrderFunctions.App.Bus;

/// <summary>Looks through a queue, which takes no lock: a message may be gone by the time that it is seen.</summary>
internal static class ServiceBusPages
{
    private const int MostPerPage = 100;

    /// <summary>The queue's messages by their sequence numbers, page by page, none of which is empty.</summary>
    /// <param name="after">The sequence number behind which the first page begins.</param>
    /// <param name="upTo">The sequence number behind which no page begins.</param>
    public static async IAsyncEnumerable<IReadOnlyList<ServiceBusReceivedMessage>> PeekPagesAsync(
        this ServiceBusReceiver receiver,
        long after = 0,
        long upTo = long.MaxValue,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        while (
            after < upTo
            && await receiver.PeekMessagesAsync(MostPerPage, after + 1, cancellationToken) is { Count: > 0 } page
        )
        {
            yield return page;
            after = page[^1].SequenceNumber;
        }
    }
}
