namespace OrderFunctions.Local;

/// <summary>Local__...: the settings that only the local host has.</summary>
public sealed class LocalOptions
{
    /// <summary>The key of the routes under /api; unset: they are open, to this machine only.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Runs the sandbox, and points every provider at it whose BaseUrl is unset.</summary>
    public bool Sandbox { get; set; } = true;

    /// <summary>Where the sandbox listens.</summary>
    public string SandboxUrl { get; set; } = "http://127.0.0.1:7072";
}
