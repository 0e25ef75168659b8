using OrderFunctions.Providers.Duel;

namespace OrderFunctions.Gallery;

/// <summary>Gallery__...: Duel's assets for the shop's pages.</summary>
public sealed class GalleryOptions
{
    private static readonly TimeSpan LeastCacheFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostCacheFor = TimeSpan.FromDays(1);

    public bool Enabled { get; set; }

    /// <summary>How long Duel's answer is used before Duel is asked again.</summary>
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether pages get the ids of the members whose assets they show.</summary>
    public bool MemberIds { get; set; }

    /// <summary>The secrets that it can't do without.</summary>
    internal IEnumerable<string> SecretNames => Enabled ? [DuelProvider.BearerToken] : [];

    /// <param name="hasSecret">Tells whether a secret is there; null where only a later fetch can tell.</param>
    internal IEnumerable<string> Problems(bool isDuelEnabled, Func<string, bool>? hasSecret)
    {
        if (CacheFor < LeastCacheFor || CacheFor > MostCacheFor)
        {
            yield return $"Gallery__CacheFor is {CacheFor}; it must be from {LeastCacheFor.TotalMinutes:0} minute to {MostCacheFor.TotalDays:0} day.";
        }

        if (Enabled && !isDuelEnabled)
        {
            yield return "Gallery__Enabled is true, but Duel is disabled: set Providers__Duel__Enabled to true, too.";
        }

        if (Enabled && hasSecret is not null && !hasSecret(DuelProvider.BearerToken))
        {
            yield return $"Credentials__{DuelProvider.BearerToken} is missing: the gallery needs it, whatever Duel's orders use.";
        }
    }
}
