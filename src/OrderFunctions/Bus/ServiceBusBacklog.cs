using Azure.Messaging.ServiceBus;
using OrderFunctions.Bus;

namespace OrderFunctions.App.Bus;

/// <summary>
/// What waits on the queues, seen by peeking: that needs no right beyond receiving and sending, which the app has. A
/// namespace's own counts would need the right to manage it.
/// </summary>
internal sealed class ServiceBusBacklog(ServiceBusClient client, TimeProvider timeProvider)
{
    private const int MostCounted = 1000;

    private static readonly TimeSpan CountValidity = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestBringForward = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task<IReadOnlyDictionary<string, ProviderBacklog>>? _count;
    private long _countedAt;

    /// <summary>A page of the queue at a time, for as long as that may take; the next call goes on with the rest.</summary>
    public async Task<int> BringForwardAsync(
        ServiceBusSender sender,
        string queue,
        DateTimeOffset due,
        CancellationToken cancellationToken
    )
    {
        var started = timeProvider.GetTimestamp();
        await using var receiver = client.CreateReceiver(queue, new ServiceBusReceiverOptions());
        var forwarded = 0;
        await foreach (var page in receiver.PeekPagesAsync(cancellationToken: cancellationToken))
        {
            forwarded += await BringForwardAsync(sender, queue, page, due, cancellationToken);
            if (timeProvider.GetElapsedTime(started) >= LongestBringForward)
            {
                break;
            }
        }

        return forwarded;
    }

    /// <summary>Counts at most once in ten seconds, whoever asks how often.</summary>
    public Task<IReadOnlyDictionary<string, ProviderBacklog>> CountAsync(
        IReadOnlyList<string> providers,
        CancellationToken cancellationToken
    )
    {
        lock (_gate)
        {
            var isOld = timeProvider.GetElapsedTime(_countedAt) >= CountValidity;
            if (_count is null or { IsFaulted: true } || (_count.IsCompleted && isOld))
            {
                _countedAt = timeProvider.GetTimestamp();
                _count = CountNowAsync(providers);
            }

            return _count.WaitAsync(cancellationToken);
        }
    }

    private async Task<IReadOnlyDictionary<string, ProviderBacklog>> CountNowAsync(IReadOnlyList<string> providers)
    {
        var parked = PeekAsync(
            Entities.Retry,
            SubQueue.DeadLetter,
            message => ServiceBusMessages.Parked(message).Provider
        );
        var waiting = providers
            .Select(provider =>
                PeekAsync(
                    Entities.QueueOf(provider),
                    SubQueue.None,
                    message => ServiceBusMessages.AcceptedAt(message) ?? message.EnqueuedTime
                )
            )
            .ToList();
        await Task.WhenAll(waiting);
        var parkedProviders = await parked;
        return providers
            .Zip(waiting, (provider, counted) => (Provider: provider, Accepted: counted.Result))
            .ToDictionary(
                each => each.Provider,
                each => new ProviderBacklog(
                    each.Accepted.Count,
                    each.Accepted.Count > 0 ? each.Accepted.Min() : null,
                    parkedProviders.Count(provider => provider == each.Provider)
                )
                {
                    IsWaitingAtLeast = each.Accepted.Count >= MostCounted,
                    IsParkedAtLeast = parkedProviders.Count >= MostCounted,
                },
                StringComparer.Ordinal
            );
    }

    // Of the first 1,000 messages what is asked for; their bodies are let go page by page.
    private async Task<IReadOnlyList<T>> PeekAsync<T>(
        string queue,
        SubQueue subQueue,
        Func<ServiceBusReceivedMessage, T> select
    )
    {
        await using var receiver = client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = subQueue });
        return await receiver.PeekPagesAsync().SelectMany(page => page.Select(select)).Take(MostCounted).ToListAsync();
    }

    private static async Task<int> BringForwardAsync(
        ServiceBusSender sender,
        string queue,
        IReadOnlyList<ServiceBusReceivedMessage> page,
        DateTimeOffset due,
        CancellationToken cancellationToken
    )
    {
        var putOff = page.Where(message =>
                message.State == ServiceBusMessageState.Scheduled
                && message.ScheduledEnqueueTime > due
                && ServiceBusMessages.IsPutOff(message)
            )
            .ToList();
        if (putOff.Count > 0)
        {
            // First the copies: a crash in between leaves a message twice, and the ledger knows. The other way round it
            // would be lost.
            var copies = putOff.Select(message => ServiceBusMessages.Copy(queue, message, due)).ToList();
            await ServiceBusBatches.SendAsync(sender, copies, cancellationToken);
            await CancelAsync(sender, [.. putOff.Select(message => message.SequenceNumber)]);
        }

        return putOff.Count;
    }

    private static async Task CancelAsync(ServiceBusSender sender, IReadOnlyList<long> numbers)
    {
        try
        {
            await sender.CancelScheduledMessagesAsync(numbers, CancellationToken.None);
        }
        catch (ServiceBusException error) when (error.Reason == ServiceBusFailureReason.MessageNotFound)
        {
            // At least one has come due meanwhile: it and its copy are both received, and the ledger knows.
            if (numbers.Count > 1)
            {
                foreach (var number in numbers)
                {
                    await CancelAsync(sender, [number]);
                }
            }
        }
    }
}
