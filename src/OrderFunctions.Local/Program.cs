using OrderFunctions.Local;
using OrderFunctions.Local.Journaling;
using OrderFunctions.Settings;

if (CommandLine.IsCommand(args))
{
    return await CommandLine.RunAsync(args, Console.Out, Console.Error, TimeProvider.System);
}

try
{
    await using var host = await LocalHost.StartAsync(args, TimeProvider.System);
    return await host.WaitForShutdownAsync();
}
catch (SettingsException error)
{
    await Console.Error.WriteLineAsync($"OrderFunctions does not start, because of its settings:\n{error.Message}");
    return 1;
}
catch (Exception error) when (error is IOException or JournalException)
{
    await Console.Error.WriteLineAsync($"OrderFunctions does not start: {error.Message}");
    return 1;
}
