using System.Collections.Concurrent;
using OrderFunctions.Credentials;

namespace OrderFunctions.TestKit;

/// <summary>A secret store that a test can change, empty and break; it begins with the secrets that the sandbox takes.</summary>
public sealed class Secrets : ISecretStore
{
    private readonly ConcurrentDictionary<string, string> _values = new(SandboxSettings.Secrets);
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
