using OrderFunctions.Json;
using OrderFunctions.Orders;

namespace OrderFunctions.Storefronts;

/// <summary>What a shop platform's payload comes to.</summary>
public abstract record Mapping
{
    /// <summary>How the order stands now.</summary>
    /// <param name="Event">Without its id, which intake makes of the content.</param>
    /// <param name="OrderId">The platform's own id of the order, which a setting may have made another of.</param>
    public sealed record Order(OrderEvent Event, string? OrderId) : Mapping
    {
        /// <summary>Whether the payload does not say what came back, so that all but the total is told in proportion.</summary>
        public bool IsEstimate { get; init; }
    }

    /// <summary>It tells of no order that anybody is to hear of.</summary>
    /// <param name="Reason">One of <see cref="IgnoredBecause"/>.</param>
    public sealed record Ignored(string Reason) : Mapping;

    /// <summary>It should tell of an order, and does not.</summary>
    /// <param name="OrderId">The platform's own id of the order, where the payload has one.</param>
    public sealed record Failed(string? OrderId, ValidationErrors Problems) : Mapping;
}

/// <summary>Why a payload is ignored: few words, for a metric.</summary>
public static class IgnoredBecause
{
    public const string Topic = "topic";
    public const string Test = "test";
    public const string Draft = "draft";
    public const string Ping = "ping";
}
