using Azure.Messaging.ServiceBus;
using OrderFunctions.Bus;

namespace OrderFunctions.App.Bus;

/// <summary>
/// Which parked messages a take means, by sequence number. It peeks ahead of what is received, so that nothing is received
/// once nothing is left that is meant.
/// </summary>
internal sealed class ParkedLookahead(ServiceBusReceiver receiver, ParkedTake take, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    private readonly IAsyncEnumerator<IReadOnlyList<ServiceBusReceivedMessage>> _pages = receiver
        .PeekPagesAsync(take.After, take.UpTo, cancellationToken)
        .GetAsyncEnumerator(cancellationToken);

    private readonly Queue<long> _seen = [];

    // Receiving may overtake peeking: what is taken before it is seen is no longer meant once it is.
    private readonly HashSet<long> _taken = [];

    /// <summary>How far it has looked.</summary>
    public long SeenTo { get; private set; } = take.After;

    /// <summary>The first that is seen and not taken; null: there is none so far.</summary>
    public long? Next => _seen.TryPeek(out var number) ? number : null;

    /// <returns>False: it has seen all.</returns>
    public async Task<bool> LookOnAsync()
    {
        if (!await _pages.MoveNextAsync())
        {
            return false;
        }

        SeenTo = _pages.Current[^1].SequenceNumber;
        foreach (var number in Meant(_pages.Current).Where(number => !_taken.Remove(number)))
        {
            _seen.Enqueue(number);
        }

        return true;
    }

    public IEnumerable<long> Meant(IEnumerable<ServiceBusReceivedMessage> messages) =>
        messages
            .Where(message => take.Matches(ServiceBusMessages.Parked(message)))
            .Select(message => message.SequenceNumber);

    public void Took(IEnumerable<long> numbers)
    {
        _taken.UnionWith(numbers);
        while (_seen.TryPeek(out var next) && _taken.Remove(next))
        {
            _seen.Dequeue();
        }
    }

    public ValueTask DisposeAsync() => _pages.DisposeAsync();
}
