using OrderFunctions.Strings;

namespace OrderFunctions.Bus;

/// <summary>Why a message was dead-lettered, and what is to become of it.</summary>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>, or the broker's own word.</param>
/// <param name="Description">For a person; at most 4,096 characters, secrets and personal data masked.</param>
/// <param name="RetryAt">When to try again; null: never, or not known (the broker dead-lettered it).</param>
/// <param name="Retries">The scheduled retries the delivery has had, that one included.</param>
/// <param name="Attempts">The attempts the delivery has had; a look-up counts with the attempt it prepares.</param>
public sealed record DeadLetter(string Reason, string Description, DateTimeOffset? RetryAt, int Retries, int Attempts)
{
    /// <summary>What Service Bus takes as a reason, and as a description, in UTF-16 code units.</summary>
    public const int MostCharacters = 4096;

    /// <summary>The waits in a row that the delivery has had without a call, that one included.</summary>
    public int Waits { get; init; }

    /// <summary>W3C trace parent of the turn that ended so; null: as the message has it.</summary>
    public string? LastTurn { get; init; }

    /// <summary>Of a delivery that is tried again.</summary>
    public static DeadLetter Retry(string description, DateTimeOffset retryAt, int retries, int attempts) =>
        new(DeadLetterReasons.Retry, description.Shorten(MostCharacters), retryAt, retries, attempts);

    /// <summary>Of a delivery that has no retry left: it is parked.</summary>
    public static DeadLetter RetriesExhausted(string description, int retries, int attempts) =>
        new(DeadLetterReasons.RetriesExhausted, description.Shorten(MostCharacters), null, retries, attempts);

    /// <summary>Of a message that no retry will mend: it is parked.</summary>
    /// <param name="attempts">The attempts it has had by now; null: those it came with.</param>
    public static DeadLetter Rejected(BusMessage message, string description, int? attempts = null) =>
        new(
            DeadLetterReasons.Rejected,
            description.Shorten(MostCharacters),
            null,
            message.Retries,
            attempts ?? message.Attempts
        );

    /// <summary>Every bus refuses what Service Bus would.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The reason or the description is too long.</exception>
    public void ThrowIfTooLong()
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Reason.Length, MostCharacters, nameof(Reason));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Description.Length, MostCharacters, nameof(Description));
    }
}

/// <summary>The words that stand as a dead letter's reason.</summary>
public static class DeadLetterReasons
{
    public const string Retry = "Retry";
    public const string RetriesExhausted = "RetriesExhausted";
    public const string Rejected = "Rejected";

    /// <summary>Service Bus's word for a message that was delivered too often without being settled.</summary>
    public const string MaxDeliveryCountExceeded = "MaxDeliveryCountExceeded";
}
