using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.Records;

namespace OrderFunctions.Journaling.State;

/// <summary>What the journal's records add up to, in memory, without bodies. Every member is called under the gate.</summary>
internal sealed class JournalState(TimeSpan duplicateWindow)
{
    /// <summary>Where parked deliveries stand; nobody receives from it.</summary>
    public const string Parked = "orders-retry/$deadletterqueue";

    private readonly Dictionary<long, QueuedMessage> _messages = [];
    private readonly Dictionary<string, JournalQueue> _queues = [];
    private readonly SortedSet<long> _parked = [];
    private readonly Dictionary<string, int> _parkedOf = new(StringComparer.Ordinal);
    private readonly KeyTable<Location> _entries = new();
    private readonly SortedSet<string> _providers = new(StringComparer.Ordinal);
    private readonly HashSet<UInt128> _claimed = [];
    private readonly Dictionary<UInt128, (string Provider, DateTimeOffset At)> _left = [];
    private long _liveBytes;

    /// <summary>The greatest id that a message was given.</summary>
    public long LastId { get; private set; }

    public PublishedEvents Published { get; } = new(duplicateWindow);

    /// <summary>The providers of all entries, in order.</summary>
    public IReadOnlyCollection<string> Providers => _providers;

    /// <summary>The entries that were claimed when the process before this one ended.</summary>
    public IReadOnlyCollection<UInt128> Claimed => _claimed;

    /// <summary>How many bytes the journal would have if it held nothing that is over.</summary>
    public long LiveBytes => _liveBytes + (Published.Count * (long)PublishedEvents.Bytes);

    /// <summary>Half of a SHA-256: nobody can make two texts share one.</summary>
    public static UInt128 KeyOf(params ReadOnlySpan<string> texts)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u0001', texts)), hash);
        return new UInt128(
            BinaryPrimitives.ReadUInt64LittleEndian(hash),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[sizeof(ulong)..])
        );
    }

    /// <summary>How many messages wait on all queues, without what is parked.</summary>
    public int Waiting => _messages.Count - _parked.Count;

    public int ParkedCount => _parked.Count;

    /// <summary>How many of one provider's deliveries are parked.</summary>
    public int ParkedOf(string provider) => _parkedOf.GetValueOrDefault(provider);

    /// <summary>The queues with a message that is due now or locked.</summary>
    public IReadOnlyList<string> BusyQueues(DateTimeOffset now) =>
        [.. _queues.Values.Where(queue => queue.Locked > 0 || queue.IsReady(now)).Select(queue => queue.Name)];

    public long NextId() => ++LastId;

    public JournalQueue Queue(string name)
    {
        if (!_queues.TryGetValue(name, out var queue))
        {
            _queues.Add(name, queue = new JournalQueue(name));
        }

        return queue;
    }

    /// <summary>Does what a record of the disk says, at the start. <see cref="EnqueueAll"/> comes after the last.</summary>
    public void Load(RecordKind kind, ReadOnlyMemory<byte> data, Location location)
    {
        switch (kind)
        {
            case RecordKind.Message or RecordKind.PackedMessage:
                Put(MessageRecord.Read(data), location);
                return;
            case RecordKind.Received:
                var received = ReceivedRecord.Read(RecordReader.Of(data));
                if (_messages.TryGetValue(received.Id, out var message))
                {
                    message.DeliveryCount = received.DeliveryCount;
                }

                return;
            case RecordKind.Settled:
                Remove(SettledRecord.Read(RecordReader.Of(data)).Id);
                return;
            case RecordKind.Entry or RecordKind.PackedEntry:
                var entry = EntryRecord.Read(data);
                _ = entry.IsClaimed ? _claimed.Add(entry.Key) : _claimed.Remove(entry.Key);
                SetEntry(entry.Key, entry.Provider, location, entry.LeftAt);
                return;
            case RecordKind.Published:
                foreach (var (key, at) in PublishedRecord.Read(RecordReader.Of(data)).Events)
                {
                    Published.Add(key, at);
                }

                return;
            case RecordKind.Probe:
                return;
            default:
                throw new JournalException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The journal has a record of kind {kind} at {location}, which this version does not know: it was written by a newer one."
                    )
                );
        }
    }

    public void EnqueueAll(DateTimeOffset now)
    {
        foreach (var message in _messages.Values.OrderBy(message => message.Id))
        {
            Enqueue(message, now);
        }
    }

    /// <summary>Adds a record's messages and the event that it publishes; moves those that are there already.</summary>
    public IReadOnlyList<QueuedMessage> Put(MessageRecord record, Location location)
    {
        if (record.EventKey is { } key)
        {
            Published.Add(key, record.At);
        }

        Remove(record.Replaces);
        // An event is accepted when it is published. Only a copy for later is older, or put off: no other is unpacked here.
        var isForLater = record.Placements.Any(placement => placement.Due > record.At);
        var (acceptedAt, isPutOff) = isForLater ? record.ReadHeader() : (null, false);
        var messages = new QueuedMessage[record.Placements.Count];
        for (var i = 0; i < messages.Length; i++)
        {
            var placement = record.Placements[i];
            LastId = Math.Max(LastId, placement.Id);
            if (!_messages.TryGetValue(placement.Id, out var message))
            {
                message = new QueuedMessage(placement.Id, Queue(placement.Queue), placement.Provider, placement.Due)
                {
                    Since = acceptedAt ?? record.At,
                    IsPutOff = isPutOff,
                };
                Add(message);
            }

            message.DeliveryCount = placement.DeliveryCount;
            Move(message, location, location.Length / messages.Length);
            messages[i] = message;
        }

        return messages;
    }

    /// <summary>Lets a message be received, unless it is parked.</summary>
    public static void Enqueue(QueuedMessage message, DateTimeOffset now)
    {
        if (message.Queue.Name != Parked)
        {
            message.Queue.Add(message, now);
        }
    }

    public QueuedMessage? Find(long id) => _messages.GetValueOrDefault(id);

    public void Move(QueuedMessage message, Location location, int share)
    {
        _liveBytes += share - message.Share;
        (message.Location, message.Share) = (location, share);
    }

    public void Remove(long id)
    {
        if (_messages.Remove(id, out var message))
        {
            if (message.Queue.Name != Parked)
            {
                message.Queue.Count(isThere: false);
            }
            else if (_parked.Remove(id) && message.Provider is { } provider)
            {
                _parkedOf[provider]--;
            }

            message.IsRemoved = true;
            message.Queue.Unlock(message);
            _liveBytes -= message.Share;
        }
    }

    /// <summary>Undoes <see cref="Put"/>, but for what the record replaced.</summary>
    public void UndoPut(MessageRecord record)
    {
        foreach (var placement in record.Placements)
        {
            Remove(placement.Id);
        }

        if (record.EventKey is { } key)
        {
            Published.Remove(key);
        }
    }

    /// <summary>Undoes <see cref="Remove"/>.</summary>
    public void UndoRemove(QueuedMessage message)
    {
        message.IsRemoved = false;
        _liveBytes += message.Share;
        Add(message);
        if (message.Queue.Name != Parked)
        {
            message.Queue.Release(message);
        }
    }

    private void Add(QueuedMessage message)
    {
        _messages.Add(message.Id, message);
        if (message.Queue.Name != Parked)
        {
            message.Queue.Count(isThere: true);
        }
        else if (_parked.Add(message.Id) && message.Provider is { } provider)
        {
            _parkedOf[provider] = ParkedOf(provider) + 1;
        }
    }

    /// <summary>The next parked messages, oldest first.</summary>
    public IReadOnlyList<QueuedMessage> ParkedBetween(long first, long last, int most) =>
        first > last ? [] : [.. _parked.GetViewBetween(first, last).Take(most).Select(parked => _messages[parked])];

    public Location? FindEntry(UInt128 key) => _entries.Find(key) is { Length: > 0 } location ? location : null;

    public DateTimeOffset? LeftAt(UInt128 key) => _left.TryGetValue(key, out var left) ? left.At : null;

    /// <summary>A provider's entries that have a LeftAt within the time.</summary>
    public IReadOnlyList<UInt128> LeftBetween(string provider, DateTimeOffset since, DateTimeOffset until) =>
        [
            .. _left
                .Where(each => each.Value.Provider == provider && each.Value.At >= since && each.Value.At < until)
                .Select(each => each.Key),
        ];

    /// <param name="location">Null: there is no entry any more.</param>
    /// <param name="leftAt">The entry's own.</param>
    public void SetEntry(UInt128 key, string provider, Location? location, DateTimeOffset? leftAt)
    {
        if (!provider.StartsWith(EntryRecord.StatePrefix, StringComparison.Ordinal))
        {
            _providers.Add(provider);
        }

        _liveBytes += (location?.Length ?? 0) - (FindEntry(key)?.Length ?? 0);
        _entries.Set(key, location ?? default);
        if (location is not null && leftAt is { } at)
        {
            _left[key] = (provider, at);
        }
        else
        {
            _left.Remove(key);
        }
    }
}
