using Microsoft.Extensions.Configuration;

namespace OrderFunctions.Settings;

/// <summary>Binds one section of the settings; what can't be bound becomes a problem in words.</summary>
public static class SettingsSection
{
    /// <param name="section">As in files: Providers:Duel.</param>
    /// <returns>The bound options, or the defaults where <paramref name="problems"/> says what is wrong.</returns>
    public static TOptions Bind<TOptions>(IConfiguration configuration, string section, ICollection<string> problems)
        where TOptions : new()
    {
        try
        {
            return configuration.GetSection(section).Get<TOptions>(binder => binder.ErrorOnUnknownConfiguration = true)
                ?? new TOptions();
        }
        catch (InvalidOperationException error)
        {
            var name = section.Replace(":", "__", StringComparison.Ordinal);
            problems.Add($"{name}: {error.Message} {error.InnerException?.Message}".TrimEnd());
            return new TOptions();
        }
    }
}
