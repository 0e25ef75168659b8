namespace OrderFunctions.Ledger;

/// <summary>One HTTP call of a delivery, with its answer.</summary>
/// <param name="Number">Which try of the delivery's budget it belongs to, from 1; a look-up shares its try's number.</param>
/// <param name="Of">The tries of the whole budget.</param>
/// <param name="Outcome">delivered, found, retry, rejected or credentialRefused.</param>
/// <param name="StatusCode">Null where no answer came.</param>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Detail">What the call was for and the provider's words, secrets and personal data masked.</param>
public sealed record Attempt(
    DateTimeOffset At,
    int Number,
    int Of,
    string Outcome,
    int? StatusCode,
    long DurationMs,
    string? Detail
);
