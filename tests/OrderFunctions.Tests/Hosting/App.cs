using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.App.Hosting;

namespace OrderFunctions.Tests.Hosting;

/// <summary>The app's services, as far as its settings let it start.</summary>
internal static class App
{
    /// <param name="settings">Named as in files (:) or as in the environment (__).</param>
    public static ServiceProvider Start(IEnumerable<(string Name, string? Value)> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings.ToDictionary(
                    setting => setting.Name.Replace("__", ":", StringComparison.Ordinal),
                    setting => setting.Value
                )
            )
            .Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddFunctionsApp(configuration)
            .BuildServiceProvider();
    }
}
