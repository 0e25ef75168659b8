namespace OrderFunctions.Endpoints;

/// <summary>Redirect__...: where /retrack may lead.</summary>
public sealed class RedirectOptions
{
    /// <summary>Host names, without scheme and port.</summary>
    public string[] AllowedHosts { get; set; } = [];

    internal IEnumerable<string> Problems() =>
        AllowedHosts
            .Index()
            .Where(host => Uri.CheckHostName(host.Item) == UriHostNameType.Unknown)
            .Select(host =>
                $"Redirect__AllowedHosts__{host.Index} is '{host.Item}'; it must be a host name alone, such as shop.example."
            );
}
