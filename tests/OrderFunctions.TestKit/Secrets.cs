using System.Collections.Concurrent;
using OrderFunctions.Credentials;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.Sandbox;

namespace OrderFunctions.TestKit;

/// <summary>A secret store that a test can change, empty and break.</summary>
public sealed class Secrets(SandboxOptions options) : ISecretStore
{
    private readonly ConcurrentDictionary<string, string> _values = new()
    {
        [DuelProvider.BasicUsername] = options.DuelUser,
        [DuelProvider.BasicPassword] = options.DuelPassword,
        [DuelProvider.BearerToken] = options.DuelToken,
        [RetrackProvider.Token] = options.RetrackToken,
    };
    private int _fetches;

    public int Fetches => _fetches;

    public Exception? Failure { get; set; }

    public string? this[string name]
    {
        set
        {
            if (value is null)
            {
                _values.TryRemove(name, out _);
            }
            else
            {
                _values[name] = value;
            }
        }
    }

    public Task<string> GetAsync(string name, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _fetches);
        var failure =
            Failure
            ?? (_values.ContainsKey(name) ? null : new CredentialUnavailableException($"There is no '{name}'."));
        return failure is null ? Task.FromResult(_values[name]) : Task.FromException<string>(failure);
    }
}
