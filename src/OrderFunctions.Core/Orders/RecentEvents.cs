using OrderFunctions.Json;

namespace OrderFunctions.Orders;

/// <summary>
/// The order events that were read from the bus last, known by their bytes: an event waits on the queue of each of its
/// providers, and most are read there within the same moment. From any thread.
/// </summary>
public sealed class RecentEvents(OrderEventReader reader)
{
    // About 1 MB at most shops' events. What has the same place as another takes it.
    private const int Places = 256;
    private readonly Known?[] _known = new Known?[Places];

    /// <inheritdoc cref="OrderEventReader.Read"/>
    public OrderEvent? Read(ReadOnlyMemory<byte> utf8, ValidationErrors errors)
    {
        var hash = new HashCode();
        hash.AddBytes(utf8.Span);
        ref var place = ref _known[(uint)hash.ToHashCode() % Places];
        if (place is { } known && known.Utf8.Span.SequenceEqual(utf8.Span))
        {
            return known.Event;
        }

        if (reader.Read(utf8, errors) is not { } orderEvent)
        {
            return null;
        }

        place = new Known(utf8, orderEvent);
        return orderEvent;
    }

    private sealed record Known(ReadOnlyMemory<byte> Utf8, OrderEvent Event);
}
