using OrderFunctions.Bus;
using OrderFunctions.Json;
using OrderFunctions.Redaction;

namespace OrderFunctions.Delivery;

/// <summary>A message that is no order event: parked with all that is wrong with it.</summary>
internal static class InvalidMessage
{
    public static DeadLetter DeadLetterFor(BusMessage message, ValidationErrors errors) =>
        DeadLetter.Rejected(message, new Redactor().Redact($"The message is no valid order event. {errors}"));
}
