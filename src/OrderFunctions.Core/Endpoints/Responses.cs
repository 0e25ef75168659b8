using OrderFunctions.Ledger;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Returns;

namespace OrderFunctions.Endpoints;

/// <param name="Status">The path where the order's deliveries can be seen.</param>
internal sealed record AcceptedResponse(string EventId, string OrderId, IReadOnlyList<string> Providers, string Status);

internal sealed record BatchResponse(int Accepted, IReadOnlyList<AcceptedResponse> Events);

internal sealed record OrderResponse(string OrderId, IReadOnlyList<DeliveryResponse> Deliveries);

/// <param name="Version">When the order came to stand as the delivery's event says.</param>
internal sealed record DeliveryResponse(
    string Provider,
    DeliveryState State,
    string EventId,
    DateTimeOffset Version,
    string? Reference,
    string? Reason,
    DateTimeOffset? NextAttemptAt,
    AskedAgainRecord? AskedAgain,
    IReadOnlyList<Attempt> Attempts
);

/// <param name="ClickId">As in the log and among the parked.</param>
internal sealed record ClickResponse(string ClickId);

/// <param name="Items">Newest first.</param>
/// <param name="FetchedAt">When Duel was asked for them.</param>
internal sealed record GalleryResponse(IReadOnlyList<DuelAsset> Items, DateTimeOffset FetchedAt);

/// <param name="Returns">What the provider's file can say.</param>
/// <param name="Apart">What it can't, each with a note.</param>
internal sealed record ReturnsResponse(IReadOnlyList<OrderReturn> Returns, IReadOnlyList<OrderReturn> Apart);

/// <param name="Checks">What was looked at -> "ok", or what is wrong with it.</param>
/// <param name="Paused">The providers that a person has paused; null: none is, or it is not told.</param>
internal sealed record HealthResponse(
    string Status,
    IReadOnlyDictionary<string, string>? Checks,
    IReadOnlyList<string>? Paused = null
);
