using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderFunctions.Import;

/// <summary>What POST /api/orders/batch answers with 202, as far as the importer reads it.</summary>
internal sealed record BatchAccepted(int Accepted, IReadOnlyList<AcceptedEvent> Events);

internal sealed record AcceptedEvent(IReadOnlyList<string> Providers);

/// <summary>What GET /api/orders/{orderId} answers, as far as the importer reads it.</summary>
internal sealed record OrderDeliveries(IReadOnlyList<DeliveryStatus> Deliveries);

/// <summary>How an order's newest event stands at one provider, as the server tells.</summary>
/// <param name="Version">When the order came to stand as the newest event taken up says.</param>
/// <param name="NextAttemptAt">Null: it is under way, or has come to its end.</param>
internal sealed record DeliveryStatus(
    string Provider,
    string State,
    DateTimeOffset Version,
    IReadOnlyList<DeliveryAttempt> Attempts,
    DateTimeOffset? NextAttemptAt = null,
    AskedAgainStatus? AskedAgain = null
)
{
    /// <summary>The state of the file's newest event.</summary>
    /// <param name="delivery">Null: the server knows of none.</param>
    /// <param name="occurredAt">When that event occurred.</param>
    /// <param name="askedAt">When it was asked to tell the provider anew; null: it was not.</param>
    public static string StateOf(DeliveryStatus? delivery, DateTimeOffset occurredAt, DateTimeOffset? askedAt) =>
        delivery is not null
        && delivery.Version >= occurredAt
        && (askedAt is null || delivery.AskedAgain?.At >= askedAt)
            ? delivery.State
            : ProviderTally.Waiting;
}

/// <summary>When a person last asked to tell the provider anew.</summary>
internal sealed record AskedAgainStatus(DateTimeOffset At);

/// <summary>One call to a provider.</summary>
internal sealed record DeliveryAttempt(DateTimeOffset At);

/// <summary>A problem document, as far as the importer reads it; any of it may be left out.</summary>
internal sealed record ProblemResponse
{
    public string? Title { get; init; }

    public string? Detail { get; init; }

    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
}

/// <summary>The importer's own files, a line each, and the answers it reads.</summary>
internal static class ImportJson
{
    public static ImportJsonContext Default { get; } =
        new(
            new JsonSerializerOptions(ImportJsonContext.Default.Options)
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(Checkpoint))]
[JsonSerializable(typeof(RefusedLine))]
[JsonSerializable(typeof(BatchAccepted))]
[JsonSerializable(typeof(ProblemResponse))]
[JsonSerializable(typeof(OrderDeliveries))]
internal sealed partial class ImportJsonContext : JsonSerializerContext;
