using OrderFunctions.Bus;

namespace OrderFunctions.Journaling.Records;

/// <summary>One message, once for all the queues it waits on.</summary>
/// <param name="At">When it was put there.</param>
/// <param name="EventKey">Of an event on the topic: what its duplicates are known by.</param>
/// <param name="Replaces">The message that is gone with this one there; 0: none.</param>
/// <param name="Content">The message, its source and why it was dead-lettered, as <see cref="Encode"/> writes it.</param>
internal sealed record MessageRecord(
    DateTimeOffset At,
    UInt128? EventKey,
    long Replaces,
    IReadOnlyList<Placement> Placements,
    Packed Content
) : IRecord
{
    // Its byte was once a boolean for Replayed alone, so the oldest records read as ever: replayed, once for all we know.
    [Flags]
    private enum Marks : byte
    {
        None = 0,
        Replayed = 1,
        Waited = 2,
        Accepted = 4,
        Click = 8,
        Turned = 16,
        AskedAgain = 32,
        Job = 64,
        ReplayedAgain = 128,
    }

    // Its byte was once a boolean for Event alone.
    [Flags]
    private enum Form : byte
    {
        None = 0,
        Event = 1,
        Compressed = 2,
    }

    public RecordKind Kind => Content.IsCompressed ? RecordKind.PackedMessage : RecordKind.Message;

    public void Write(BinaryWriter writer)
    {
        writer.WriteTime(At);
        writer.Write(
            (byte)((EventKey is null ? Form.None : Form.Event) | (Content.IsCompressed ? Form.Compressed : Form.None))
        );
        writer.WriteKey(EventKey ?? default);
        writer.Write(Replaces);
        writer.Write(Placements.Count);
        foreach (var placement in Placements)
        {
            writer.Write(placement.Id);
            writer.Write(placement.Queue);
            writer.WriteText(placement.Provider);
            writer.WriteTime(placement.Due);
            writer.Write(placement.DeliveryCount);
        }

        writer.Write(Content.Bytes.Span);
    }

    public static MessageRecord Read(ReadOnlyMemory<byte> data)
    {
        var reader = RecordReader.Of(data);
        var at = reader.ReadTime();
        var form = (Form)reader.ReadByte();
        var key = reader.ReadKey();
        var replaces = reader.ReadInt64();
        var placements = new Placement[reader.ReadInt32()];
        for (var i = 0; i < placements.Length; i++)
        {
            placements[i] = new Placement(
                reader.ReadInt64(),
                reader.ReadString(),
                reader.ReadText(),
                reader.ReadTime(),
                reader.ReadInt32()
            );
        }

        var content = new Packed(reader.RestOf(data), form.HasFlag(Form.Compressed));
        return new MessageRecord(at, form.HasFlag(Form.Event) ? key : null, replaces, placements, content);
    }

    public static Packed Encode(BusMessage message, string? source = null, DeadLetter? deadLetter = null)
    {
        var stream = new MemoryStream(message.Body.Length + 256);
        var writer = new BinaryWriter(stream);
        writer.Write(message.Id);
        writer.WriteText(message.EventId);
        writer.WriteText(message.OrderId);
        writer.Write(message.Retries);
        writer.Write(message.Attempts);
        var waits = deadLetter?.Waits ?? message.Waits;
        var lastTurn = deadLetter?.LastTurn ?? message.LastTurn;
        writer.Write(
            (byte)(
                (message.Replays > 0 ? Marks.Replayed : 0)
                | (message.Replays > 1 ? Marks.ReplayedAgain : 0)
                | (waits > 0 ? Marks.Waited : 0)
                | (message.AcceptedAt is null ? 0 : Marks.Accepted)
                | message.Kind switch
                {
                    MessageKind.Click => Marks.Click,
                    MessageKind.Job => Marks.Job,
                    _ => 0,
                }
                | (lastTurn is null ? 0 : Marks.Turned)
                | (message.AskedAgain is null ? 0 : Marks.AskedAgain)
            )
        );
        writer.WriteText(message.TraceParent);
        if (waits > 0)
        {
            writer.Write(waits);
        }

        if (message.AcceptedAt is { } acceptedAt)
        {
            writer.WriteTime(acceptedAt);
        }

        if (lastTurn is not null)
        {
            writer.Write(lastTurn);
        }

        if (message.AskedAgain is { } again)
        {
            writer.Write(string.Join(',', again.Providers));
            writer.WriteTime(again.At);
            writer.WriteText(again.By);
            writer.Write(again.IsForced);
        }

        if (message.Replays > 1)
        {
            writer.Write(message.Replays);
        }

        writer.WriteText(source);
        writer.Write(deadLetter is not null);
        if (deadLetter is not null)
        {
            writer.Write(deadLetter.Reason);
            writer.Write(deadLetter.Description);
            writer.WriteTime(deadLetter.RetryAt ?? DateTimeOffset.MinValue);
            writer.Write(deadLetter.Retries);
            writer.Write(deadLetter.Attempts);
        }

        writer.Write(message.Body.Span);
        writer.Flush();
        return Packed.Plain(stream.GetBuffer().AsMemory(0, (int)stream.Length));
    }

    /// <summary>The same message, packed: it waits for long.</summary>
    public MessageRecord Pack() => Content.IsCompressed ? this : this with { Content = Packed.Of(Content.Bytes) };

    /// <summary>What is kept in memory of the message while it waits.</summary>
    public (DateTimeOffset? AcceptedAt, bool IsPutOff) ReadHeader()
    {
        // The form is Encode's; the texts are passed over.
        var reader = RecordReader.Of(Content.Unpack());
        Skip();
        Skip();
        Skip();
        reader.BaseStream.Position += 2 * sizeof(int);
        var marks = (Marks)reader.ReadByte();
        Skip();
        reader.BaseStream.Position += marks.HasFlag(Marks.Waited) ? sizeof(int) : 0;
        return (marks.HasFlag(Marks.Accepted) ? reader.ReadTime() : null, marks.HasFlag(Marks.Waited));

        void Skip()
        {
            var length = reader.Read7BitEncodedInt();
            reader.BaseStream.Position += length;
        }
    }

    /// <summary>The message as it waits on one of its queues.</summary>
    public ReceivedMessage Decode(long id)
    {
        var placement = Placements.First(placement => placement.Id == id);
        var content = Content.Unpack();
        var reader = RecordReader.Of(content);
        var message = new BusMessage(reader.ReadString(), ReadOnlyMemory<byte>.Empty)
        {
            Provider = placement.Provider,
            EventId = reader.ReadText(),
            OrderId = reader.ReadText(),
            Retries = reader.ReadInt32(),
            Attempts = reader.ReadInt32(),
        };
        var marks = (Marks)reader.ReadByte();
        message = message with
        {
            Kind =
                marks.HasFlag(Marks.Click) ? MessageKind.Click
                : marks.HasFlag(Marks.Job) ? MessageKind.Job
                : MessageKind.Order,
            TraceParent = reader.ReadText(),
            Waits = marks.HasFlag(Marks.Waited) ? reader.ReadInt32() : 0,
            AcceptedAt = marks.HasFlag(Marks.Accepted) ? reader.ReadTime() : null,
            LastTurn = marks.HasFlag(Marks.Turned) ? reader.ReadString() : null,
            AskedAgain = marks.HasFlag(Marks.AskedAgain)
                ? new AskedAgain(
                    reader.ReadString().Split(','),
                    reader.ReadTime(),
                    reader.ReadText(),
                    reader.ReadBoolean()
                )
                : null,
            Replays =
                marks.HasFlag(Marks.ReplayedAgain) ? reader.ReadInt32()
                : marks.HasFlag(Marks.Replayed) ? 1
                : 0,
        };
        var source = reader.ReadText();
        var deadLetter = reader.ReadBoolean()
            ? new DeadLetter(
                reader.ReadString(),
                reader.ReadString(),
                reader.ReadTime() is var retryAt && retryAt > DateTimeOffset.MinValue ? retryAt : null,
                reader.ReadInt32(),
                reader.ReadInt32()
            )
            {
                Waits = message.Waits,
                LastTurn = message.LastTurn,
            }
            : null;
        message = message with { Body = reader.RestOf(content) };
        return new ReceivedMessage(message, placement.Queue, placement.DeliveryCount, source, deadLetter);
    }
}

/// <summary>One message on one queue.</summary>
/// <param name="Id">Unique in the journal; the greater, the later.</param>
internal readonly record struct Placement(
    long Id,
    string Queue,
    string? Provider,
    DateTimeOffset Due,
    int DeliveryCount
);
