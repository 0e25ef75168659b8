using OrderFunctions.Hosting;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Local;

if (CommandLine.IsCommand(args))
{
    return await CommandLine.RunAsync(args, Console.Out, Console.Error, TimeProvider.System);
}

Console.WriteLine("OrderFunctions starts.");
try
{
    await using var host = await LocalHost.StartAsync(args, TimeProvider.System);
    return await host.WaitForShutdownAsync();
}
catch (SettingsException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 1;
}
catch (Exception error) when (error is IOException or InvalidDataException or JournalException)
{
    await Console.Error.WriteLineAsync($"error: OrderFunctions does not start: {error.Message}");
    return 1;
}
