namespace OrderFunctions.Settings;

/// <summary>Redirect__...: where /retrack may lead.</summary>
public sealed class RedirectSettings
{
    /// <summary>Host names, without scheme and port.</summary>
    public string[] AllowedHosts { get; set; } = [];
}
