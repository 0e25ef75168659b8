namespace OrderFunctions.Sandbox.Http;

/// <summary>The providers of the sandbox. Names are read without regard to case.</summary>
internal sealed class ProviderCatalog(IReadOnlyList<ProviderApi> all)
{
    public IReadOnlyList<ProviderApi> All => all;

    /// <summary>Which providers there are, as a sentence for errors.</summary>
    public string Names { get; } = $"The providers are {string.Join(", ", all.Select(api => api.Name))}.";

    public T Get<T>()
        where T : ProviderApi => all.OfType<T>().Single();

    public ProviderApi? Find(string name) =>
        all.FirstOrDefault(api => api.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="ArgumentException">There is no such provider.</exception>
    public ProviderApi Require(string name) =>
        Find(name) ?? throw new ArgumentException($"There is no provider '{name}'. {Names}", nameof(name));

    /// <summary>Gives a provider's setting another value; the one before is refused at once.</summary>
    /// <exception cref="ArgumentException">No provider has such a setting, or it can't have this value.</exception>
    public void Set(string name, string value)
    {
        var (api, setting) = all.SelectMany(api => api.Settings, (api, setting) => (api, setting))
            .FirstOrDefault(known => known.setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (api is null)
        {
            var names = all.SelectMany(other => other.Settings).Select(known => known.Name);
            throw new ArgumentException(
                $"There is no setting '{name}'. Those of the providers are {string.Join(", ", names)}."
            );
        }

        if (!setting.Allows(value))
        {
            throw new ArgumentException($"{setting.Name} must {(setting.IsUuid ? "be a uuid" : "not be empty")}.");
        }

        api.Set(setting.Name, value);
    }
}
