// Stand-ins for Azure.Core.Amqp 1.3.1, which Azure.Messaging.ServiceBus brings along.

namespace Azure.Core.Amqp
{
    public class AmqpAnnotatedMessage(AmqpMessageBody body)
    {
        public AmqpMessageBody Body { get; set; } = body;

        public AmqpMessageHeader Header { get; } = new();
    }

    public class AmqpMessageHeader
    {
        internal AmqpMessageHeader() { }

        public uint? DeliveryCount { get; set; }
    }

    public class AmqpMessageBody
    {
        private readonly object _content;

        private AmqpMessageBody(AmqpMessageBodyType type, object content) => (BodyType, _content) = (type, content);

        public AmqpMessageBodyType BodyType { get; }

        public static AmqpMessageBody FromData(IEnumerable<ReadOnlyMemory<byte>> data) =>
            new(AmqpMessageBodyType.Data, data);

        public static AmqpMessageBody FromValue(object value) => new(AmqpMessageBodyType.Value, value);

        public static AmqpMessageBody FromSequence(IEnumerable<IList<object>> sequence) =>
            new(AmqpMessageBodyType.Sequence, sequence);

        public bool TryGetData(out IEnumerable<ReadOnlyMemory<byte>>? data)
        {
            data = _content as IEnumerable<ReadOnlyMemory<byte>>;
            return BodyType == AmqpMessageBodyType.Data;
        }

        public bool TryGetValue(out object? value)
        {
            value = BodyType == AmqpMessageBodyType.Value ? _content : null;
            return BodyType == AmqpMessageBodyType.Value;
        }
    }

    public enum AmqpMessageBodyType
    {
        Data = 0,
        Value = 1,
        Sequence = 2,
    }
}
