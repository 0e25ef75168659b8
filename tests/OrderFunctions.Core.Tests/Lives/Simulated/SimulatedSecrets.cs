using OrderFunctions.Credentials;

namespace OrderFunctions.Core.Tests.Lives.Simulated;

/// <summary>Every secret there is.</summary>
internal sealed class SimulatedSecrets : ISecretStore
{
    public Task<string> GetAsync(string name, CancellationToken cancellationToken) => Task.FromResult($"the {name}");
}
