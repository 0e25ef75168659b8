namespace OrderFunctions.Providers;

/// <summary>The settings that every provider has: Providers__X__...</summary>
public abstract class ProviderOptions
{
    public bool Enabled { get; set; }

    /// <summary>Scheme, host and, for the sandbox, a path; without the provider's own routes.</summary>
    public abstract Uri BaseUrl { get; set; }

    /// <summary>The waits between scheduled retries; unset: the provider's own schedule.</summary>
    public TimeSpan[]? RetryDelays { get; set; }

    /// <summary>How many requests all instances together send in any minute at the most; unset: the provider's own limit, or none.</summary>
    public int? RequestsPerMinute { get; set; }

    /// <summary>How long one call may take.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>The mean wait before the first quick retry within a delivery; the second waits twice as long.</summary>
    public TimeSpan QuickRetryDelay { get; set; } = TimeSpan.FromSeconds(0.5);
}
