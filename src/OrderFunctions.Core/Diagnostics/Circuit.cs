using System.Text.Json.Serialization;

namespace OrderFunctions.Diagnostics;

/// <summary>Whether calls to a provider are made: as a number in the metric circuit.state, as a word in GET /api/overview.</summary>
public enum Circuit
{
    [JsonStringEnumMemberName("closed")]
    Closed = 0,

    /// <summary>The next call tries whether the provider is back.</summary>
    [JsonStringEnumMemberName("halfOpen")]
    HalfOpen = 1,

    /// <summary>No calls are made.</summary>
    [JsonStringEnumMemberName("open")]
    Open = 2,
}
