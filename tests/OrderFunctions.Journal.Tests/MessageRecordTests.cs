using OrderFunctions.Bus;
using OrderFunctions.Journaling.Records;

namespace OrderFunctions.Journaling.Tests;

public sealed class MessageRecordTests
{
    private static readonly DateTimeOffset Due = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_message_written_before_there_were_waits_is_read_as_it_was(bool isReplayed)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content))
        {
            writer.Write("id");
            writer.Write("event");
            writer.Write("order");
            writer.Write(2); // retries
            writer.Write(6); // attempts
            writer.Write(isReplayed);
            writer.Write("trace");
            writer.Write("orders-duel");
            writer.Write(true); // a dead letter follows
            writer.Write("Retry");
            writer.Write("answered 500");
            writer.Write(Due.UtcTicks);
            writer.Write(3);
            writer.Write(7);
            writer.Write("body"u8);
        }

        var received = Decoded(new Packed(content.ToArray(), IsCompressed: false));

        Assert.Equal(
            (2, 6, 0, isReplayed ? 1 : 0, "trace", "orders-duel"),
            (
                received.Message.Retries,
                received.Message.Attempts,
                received.Message.Waits,
                received.Message.Replays,
                received.Message.TraceParent,
                received.Source
            )
        );
        Assert.Equal(MessageKind.Order, received.Message.Kind);
        Assert.Equal(new DeadLetter("Retry", "answered 500", Due, 3, 7), received.DeadLetter);
        Assert.Equal("body"u8, received.Message.Body.Span);
    }

    [Theory]
    [InlineData(0, 0, MessageKind.Order)]
    [InlineData(0, 1, MessageKind.Order)]
    [InlineData(1, 0, MessageKind.Click)]
    [InlineData(0, 2, MessageKind.Job)]
    [InlineData(int.MaxValue, int.MaxValue, MessageKind.Click)]
    public void A_message_is_read_as_it_was_written(int waits, int replays, MessageKind kind)
    {
        var message = new BusMessage("id", "body"u8.ToArray())
        {
            TraceParent = "trace",
            Waits = waits,
            Replays = replays,
            Kind = kind,
            AskedAgain = replays > 0 ? new AskedAgain(["duel", "retrack"], Due, By: null, IsForced: true) : null,
        };

        var read = Decoded(MessageRecord.Encode(message)).Message;

        Assert.Equal((waits, replays, kind, "trace"), (read.Waits, read.Replays, read.Kind, read.TraceParent));
        Assert.Equivalent(message.AskedAgain, read.AskedAgain);
        Assert.Equal("body"u8, read.Body.Span);
    }

    private static ReceivedMessage Decoded(Packed content) =>
        new MessageRecord(Due, null, 0, [new Placement(1, Entities.Retry, "duel", Due, 0)], content).Decode(1);
}
