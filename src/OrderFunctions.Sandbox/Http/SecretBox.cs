namespace OrderFunctions.Sandbox.Http;

/// <summary>The secrets that are good at this moment; tests rotate them while calls are under way.</summary>
internal sealed class SecretBox(SandboxOptions options)
{
    private readonly Lock _gate = new();
    private volatile SandboxOptions _current = options;

    public SandboxOptions Current => _current;

    public void Replace(string? duelPassword, string? duelToken, string? retrackToken)
    {
        lock (_gate)
        {
            _current = _current with
            {
                DuelPassword = duelPassword ?? _current.DuelPassword,
                DuelToken = duelToken ?? _current.DuelToken,
                RetrackToken = retrackToken ?? _current.RetrackToken,
            };
        }
    }
}
