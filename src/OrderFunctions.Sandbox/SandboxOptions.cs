namespace OrderFunctions.Sandbox;

/// <summary>Where the sandbox listens and whom it knows.</summary>
public sealed record SandboxOptions
{
    /// <summary>An http address without a path. Port 0: the system picks one, see <see cref="SandboxServer.Url"/>.</summary>
    public string Url { get; init; } = "http://127.0.0.1:7072";

    /// <summary>
    /// Values in place of the defaults of the providers' settings, by name, as in Credentials:duel-bearer-token. None
    /// of them should be a real secret.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
