using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.Control;

/// <summary>
/// What the sandbox received, what each provider would now believe, and what it does wrong. Safe for use by many
/// threads. Provider names are read without regard to case; an unknown one is an <see cref="ArgumentException"/>.
/// </summary>
public sealed class SandboxState
{
    internal SandboxState(ProviderCatalog providers, TimeProvider timeProvider)
    {
        Providers = providers;
        Faults = new ActiveFaults(timeProvider);
    }

    internal ProviderCatalog Providers { get; }

    internal RequestLog Log { get; } = new();

    internal ActiveFaults Faults { get; }

    /// <summary>
    /// The requests in order of arrival, of one provider or of all, answered or not. The newest 50,000 are kept.
    /// </summary>
    public IReadOnlyList<ReceivedRequest> Received(string? provider = null) =>
        Log.Snapshot(provider is null ? null : NameOf(provider));

    /// <summary>How many requests a provider received since the start or the last <see cref="Clear"/>.</summary>
    public int Count(string provider) => Log.Count(NameOf(provider));

    /// <summary>Completes as soon as a provider's <see cref="Count"/> is at least <paramref name="count"/>.</summary>
    public Task WaitForAsync(string provider, int count, CancellationToken ct = default) =>
        Log.WaitForAsync(NameOf(provider), count, ct);

    /// <summary>A provider, with the orders that it now has.</summary>
    public T Provider<T>()
        where T : ProviderApi => Providers.Get<T>();

    /// <summary>The same by its name.</summary>
    public ProviderApi Provider(string provider) => Providers.Require(provider);

    /// <summary>Forgets the requests, what the providers were told, their rates and faults; settings stay.</summary>
    public void Clear()
    {
        Faults.Clear();
        foreach (var api in Providers.All)
        {
            api.Clear();
        }

        Log.Clear();
    }

    /// <summary>From now on a provider has this fault, in place of any before.</summary>
    /// <exception cref="ArgumentException">The fault is impossible or contradicts itself.</exception>
    public void InjectFault(string provider, Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var problems = FaultValidation.Check(fault);
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(fault));
        }

        Faults.Set(NameOf(provider), fault);
    }

    /// <summary>Back to normal.</summary>
    public void ClearFault(string provider) => Faults.Remove(NameOf(provider));

    /// <summary>Rotates a secret or changes an id: the value before is refused at once.</summary>
    /// <exception cref="ArgumentException">The setting can't have this value.</exception>
    public void Set(SandboxSetting setting, string value)
    {
        ArgumentNullException.ThrowIfNull(setting);
        Providers.Set(setting.Name, value);
    }

    private string NameOf(string provider) => Providers.Require(provider).Name;
}
