using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Providers;

namespace OrderFunctions.Hosting;

/// <summary>What every host says when it starts, or why it does not.</summary>
public static class HostStart
{
    /// <summary>Runs a host; settings that don't allow its start are told on standard error.</summary>
    /// <param name="run">Builds the host and runs it to its end, with its exit code as the result.</param>
    /// <returns>The exit code: 1 where it did not start.</returns>
    public static async Task<int> RunAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (SettingsException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }

    /// <summary>Prints each provider's attempt budget, and warns where no provider is told of anything.</summary>
    public static void PrintBudget(IServiceProvider services)
    {
        var providers = services.GetRequiredService<ProviderCatalog>().All;
        Console.WriteLine(AttemptBudget.Table(providers));
        if (AttemptBudget.Warning(providers) is { } warning)
        {
            Console.Error.WriteLine(warning);
        }
    }
}
