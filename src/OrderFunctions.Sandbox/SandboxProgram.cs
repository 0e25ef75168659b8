using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace OrderFunctions.Sandbox;

/// <summary>
/// Runs the sandbox alone. Arguments are its address, as in <c>--Url=http://127.0.0.1:9000</c>, and the providers'
/// settings, as in <c>--Credentials:duel-bearer-token=anything</c>. A named class, since other web projects reference this one and have a Program of their own.
/// </summary>
internal static class SandboxProgram
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            await RunAsync(new ConfigurationBuilder().AddCommandLine(args).Build());
            return 0;
        }
        catch (Exception exception)
            when (exception is ArgumentException or InvalidOperationException or IOException or SocketException)
        {
            await Console.Error.WriteLineAsync($"error: The sandbox does not start: {exception.Message}");
            return 1;
        }
    }

    private static async Task RunAsync(IConfiguration configuration)
    {
        await using var server = await SandboxServer.StartAsync(
            Options(configuration),
            TimeProvider.System,
            CancellationToken.None
        );
        Console.WriteLine($"The sandbox listens on {server.Url}");

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await stop.Task;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    private static SandboxOptions Options(IConfiguration configuration)
    {
        var options = new SandboxOptions
        {
            Settings = configuration
                .AsEnumerable()
                .Where(pair => pair.Value is not null && !IsUrl(pair.Key))
                .ToDictionary(pair => pair.Key, pair => pair.Value!),
        };
        return configuration[nameof(options.Url)] is { } url ? options with { Url = url } : options;
    }

    private static bool IsUrl(string key) => key.Equals(nameof(SandboxOptions.Url), StringComparison.OrdinalIgnoreCase);
}
