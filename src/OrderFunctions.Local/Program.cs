using OrderFunctions.Hosting;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Local;
using OrderFunctions.Local.Commands;

if (CommandLine.IsCommand(args))
{
    return await CommandLine.RunAsync(args, Console.Out, Console.Error, TimeProvider.System);
}

Console.WriteLine("OrderFunctions starts.");
try
{
    return await HostStart.RunAsync(async () =>
    {
        await using var host = await LocalHost.StartAsync(args, TimeProvider.System);
        return await host.WaitForShutdownAsync();
    });
}
catch (Exception error) when (error is IOException or InvalidDataException or JournalException)
{
    await Console.Error.WriteLineAsync($"error: OrderFunctions does not start: {error.Message}");
    return 1;
}
