namespace OrderFunctions.Journaling.Records;

/// <summary>What a frame means: its payload's first byte.</summary>
internal enum RecordKind : byte
{
    Probe = 0,
    Segment = 1,
    Message = 2,
    Received = 3,
    Settled = 4,
    Entry = 5,
    Published = 6,

    // As Entry and Message, but compressed: so that a version that can't read them says so.
    PackedEntry = 7,
    PackedMessage = 8,
}

internal interface IRecord
{
    RecordKind Kind { get; }

    void Write(BinaryWriter writer);
}

/// <summary>Finds out whether the disk takes writes again.</summary>
internal sealed record ProbeRecord : IRecord
{
    public RecordKind Kind => RecordKind.Probe;

    public void Write(BinaryWriter writer) { }
}

/// <summary>The first of each segment.</summary>
/// <param name="PreviousEnd">Where the segment before it ends.</param>
internal sealed record SegmentRecord(int PreviousEnd, DateTimeOffset CreatedAt) : IRecord
{
    public RecordKind Kind => RecordKind.Segment;

    public void Write(BinaryWriter writer)
    {
        writer.Write(PreviousEnd);
        writer.WriteTime(CreatedAt);
    }

    public static SegmentRecord Read(BinaryReader reader) => new(reader.ReadInt32(), reader.ReadTime());
}

/// <summary>A message was locked by a receiver.</summary>
internal sealed record ReceivedRecord(long Id, int DeliveryCount) : IRecord
{
    public RecordKind Kind => RecordKind.Received;

    public void Write(BinaryWriter writer)
    {
        writer.Write(Id);
        writer.Write(DeliveryCount);
    }

    public static ReceivedRecord Read(BinaryReader reader) => new(reader.ReadInt64(), reader.ReadInt32());
}

/// <summary>A message was completed.</summary>
internal sealed record SettledRecord(long Id) : IRecord
{
    public RecordKind Kind => RecordKind.Settled;

    public void Write(BinaryWriter writer) => writer.Write(Id);

    public static SettledRecord Read(BinaryReader reader) => new(reader.ReadInt64());
}

/// <summary>Events that were published: what compaction keeps of those whose messages are all settled.</summary>
internal sealed record PublishedRecord(IReadOnlyList<(UInt128 Key, DateTimeOffset At)> Events) : IRecord
{
    public RecordKind Kind => RecordKind.Published;

    public void Write(BinaryWriter writer)
    {
        writer.Write(Events.Count);
        foreach (var (key, at) in Events)
        {
            writer.WriteKey(key);
            writer.WriteTime(at);
        }
    }

    public static PublishedRecord Read(BinaryReader reader)
    {
        var events = new (UInt128, DateTimeOffset)[reader.ReadInt32()];
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = (reader.ReadKey(), reader.ReadTime());
        }

        return new PublishedRecord(events);
    }
}

/// <summary>A ledger entry, or a state record, as it was saved.</summary>
/// <param name="Key">Of its order and provider, or of the state record's name.</param>
/// <param name="Provider">Of a state record: <see cref="StatePrefix"/> and its name.</param>
/// <param name="IsClaimed">Whether a worker was telling the provider then.</param>
/// <param name="Content">The entry, or the state record, as JSON.</param>
internal sealed record EntryRecord(UInt128 Key, string Provider, DateTimeOffset SavedAt, bool IsClaimed, Packed Content)
    : IRecord
{
    // Its byte was once a boolean for Claimed alone, so the oldest records read as ever.
    [Flags]
    private enum Marks : byte
    {
        None = 0,
        Claimed = 1,
        Left = 2,
        Compressed = 4,
    }

    /// <summary>No provider's name begins so.</summary>
    public const string StatePrefix = "!";

    public RecordKind Kind => Content.IsCompressed ? RecordKind.PackedEntry : RecordKind.Entry;

    /// <summary>Whether it is a state record: those are kept until they are changed.</summary>
    public bool IsState => Provider.StartsWith(StatePrefix, StringComparison.Ordinal);

    /// <summary>The entry's own: by it entries are found without reading them all.</summary>
    public DateTimeOffset? LeftAt { get; init; }

    public void Write(BinaryWriter writer)
    {
        writer.WriteKey(Key);
        writer.Write(Provider);
        writer.WriteTime(SavedAt);
        writer.Write(
            (byte)(
                (IsClaimed ? Marks.Claimed : Marks.None)
                | (LeftAt is null ? Marks.None : Marks.Left)
                | (Content.IsCompressed ? Marks.Compressed : Marks.None)
            )
        );
        if (LeftAt is { } leftAt)
        {
            writer.WriteTime(leftAt);
        }

        writer.Write(Content.Bytes.Span);
    }

    public static EntryRecord Read(ReadOnlyMemory<byte> data)
    {
        var reader = RecordReader.Of(data);
        var (key, provider, savedAt) = (reader.ReadKey(), reader.ReadString(), reader.ReadTime());
        var marks = (Marks)reader.ReadByte();
        DateTimeOffset? leftAt = marks.HasFlag(Marks.Left) ? reader.ReadTime() : null;
        var content = new Packed(reader.RestOf(data), marks.HasFlag(Marks.Compressed));
        return new EntryRecord(key, provider, savedAt, marks.HasFlag(Marks.Claimed), content) { LeftAt = leftAt };
    }
}
