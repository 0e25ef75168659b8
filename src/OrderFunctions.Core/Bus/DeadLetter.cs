namespace OrderFunctions.Bus;

/// <summary>Why a message was dead-lettered, and what is to become of it.</summary>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>, or the broker's own word.</param>
/// <param name="Description">For a person; at most 4,096 characters, secrets and personal data masked.</param>
/// <param name="RetryAt">When to try again; null: never, or not known (the broker dead-lettered it).</param>
/// <param name="Retries">The scheduled retries the delivery has had, that one included.</param>
/// <param name="Attempts">The tries the delivery has had.</param>
public sealed record DeadLetter(string Reason, string Description, DateTimeOffset? RetryAt, int Retries, int Attempts)
{
    /// <summary>Of a message that no retry will mend: it is parked.</summary>
    /// <param name="attempts">The tries it has had by now; null: those it came with.</param>
    public static DeadLetter Rejected(BusMessage message, string description, int? attempts = null) =>
        new(DeadLetterReasons.Rejected, description, null, message.Retries, attempts ?? message.Attempts);
}
