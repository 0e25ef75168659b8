namespace OrderFunctions.Sending;

/// <summary>Every provider's channel, in the order in which they are registered.</summary>
public sealed class ProviderChannels(IEnumerable<ProviderChannel> channels)
{
    public IReadOnlyList<ProviderChannel> All { get; } = [.. channels];

    /// <exception cref="ArgumentException">No such provider.</exception>
    public ProviderChannel Get(string provider) =>
        All.FirstOrDefault(channel => channel.Provider.Name == provider)
        ?? throw new ArgumentException($"There is no provider '{provider}'.", nameof(provider));
}
