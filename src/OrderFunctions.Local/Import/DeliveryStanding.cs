namespace OrderFunctions.Local.Import;

/// <param name="Version">When the order came to stand as the newest event taken up says.</param>
internal sealed record DeliveryStanding(
    string Provider,
    string State,
    DateTimeOffset Version,
    IReadOnlyList<CallMade> Attempts
);
