using System.Net;
using System.Net.Sockets;
using OrderFunctions.Benchmarks.Load;
using OrderFunctions.TestKit;

namespace OrderFunctions.Benchmarks.Soak;

/// <summary>The local host at one address, through all its processes, and what can be done to it.</summary>
internal sealed class SoakHost : IDisposable
{
    // What FillDiskAsync asks for.
    private static readonly string[] IgnoringFileSizeSignal = ["env", "--ignore-signal=XFSZ"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("soak-").FullName, "journal");
    private readonly Dictionary<string, string> _settings;
    private ChildProcess _process = null!;
    private long _writtenBefore;

    private SoakHost(Uri stub)
    {
        _settings = LoadRun.Settings(stub, _folder);
        _settings["Logging__LogLevel__Microsoft.Extensions.Hosting"] = "Warning";
        foreach (var provider in (string[])["AvantLink", "Retrack", "Katalys"])
        {
            // A call that hangs is over within a fault, and no fault uses up a schedule.
            _settings[$"Providers__{provider}__TimeoutSeconds"] = "5";
            for (var retry = 0; retry < 30; retry++)
            {
                _settings[$"Providers__{provider}__RetryDelays__{retry}"] = "00:00:10";
            }
        }
    }

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort()}");

    /// <summary>What it has written to its console, in characters.</summary>
    public long Log => _writtenBefore + _process.Written;

    /// <summary>The memory that is resident now, in bytes; null: it doesn't run.</summary>
    public long? Memory
    {
        get
        {
            try
            {
                return _process.Memory;
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }
    }

    /// <summary>What its folder holds, in bytes; null: the folder is away.</summary>
    public long? Disk =>
        Directory.Exists(_folder)
            ? new DirectoryInfo(_folder).EnumerateFiles("*.journal").Sum(file => file.Exists ? file.Length : 0)
            : null;

    public static async Task<SoakHost> StartAsync(Uri stub)
    {
        var host = new SoakHost(stub);
        await host.StartAsync();
        return host;
    }

    public async Task KillAsync()
    {
        _process.Signal(Signal.Kill);
        await EndedAsync();
    }

    /// <summary>Asks it to end.</summary>
    /// <returns>How long that took, and the exit code.</returns>
    public async Task<(TimeSpan Took, int ExitCode)> StopAsync()
    {
        var started = Ticks.Now;
        _process.Signal(Signal.Terminate);
        var exitCode = await EndedAsync();
        return (TimeSpan.FromMilliseconds(Ticks.Milliseconds(Ticks.Now - started)), exitCode);
    }

    public async Task StartAsync() =>
        _process = await ChildProcess.StartAsync(
            IgnoringFileSizeSignal,
            "OrderFunctions.Local.dll",
            ["--urls", Address.GetLeftPart(UriPartial.Authority)],
            _settings
        );

    public async Task FreezeAsync(TimeSpan time)
    {
        _process.Signal(Signal.Stop);
        await Task.Delay(time);
        _process.Signal(Signal.Continue);
    }

    public Task FillDiskAsync(TimeSpan time) => ProcessLimits.FillDiskAsync(_process.Id, time);

    /// <summary>It may end for want of one; then it is started again, as what keeps a service running does.</summary>
    public async Task TakeDescriptorsAsync(TimeSpan time)
    {
        await ProcessLimits.TakeDescriptorsAsync(_process.Id, time);
        await Task.Delay(TimeSpan.FromSeconds(1));
        if (_process.HasExited)
        {
            await EndedAsync();
            await StartAsync();
        }
    }

    public async Task MoveFolderAsync(TimeSpan time)
    {
        Directory.Move(_folder, $"{_folder}-away");
        await Task.Delay(time);
        Directory.Move($"{_folder}-away", _folder);
    }

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);
    }

    private async Task<int> EndedAsync()
    {
        var exitCode = await _process.ExitAsync(Patience);
        _writtenBefore += _process.Written;
        return exitCode;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
