namespace OrderFunctions.Sandbox.Http;

/// <summary>The secrets that are good at this moment; tests rotate them while calls are under way.</summary>
internal sealed class SecretBox(SandboxOptions options)
{
    private readonly Lock gate = new();
    private volatile SandboxOptions current = options;

    public SandboxOptions Current => current;

    public void Replace(string? duelPassword, string? duelToken, string? retrackToken)
    {
        lock (gate)
        {
            current = current with
            {
                DuelPassword = duelPassword ?? current.DuelPassword,
                DuelToken = duelToken ?? current.DuelToken,
                RetrackToken = retrackToken ?? current.RetrackToken,
            };
        }
    }
}
