using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>A process of ours that serves at an address: it prints a line with `Ready:` and the address.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _written;

    private ChildProcess(string[] command, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.BeginOutputReadLine();
    }

    public int Id => _process.Id;

    public Uri Address { get; private set; } = null!;

    /// <summary>How many characters it has written to its console.</summary>
    public long Written => Interlocked.Read(ref _written);

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The memory that is resident now, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="assembly">One beside this one, or a path.</param>
    public static Task<ChildProcess> StartAsync(
        string assembly,
        IEnumerable<string> arguments,
        params IEnumerable<KeyValuePair<string, string>> settings
    ) => StartAsync([], assembly, arguments, settings);

    /// <param name="launcher">A program that becomes the one that follows it, and its arguments.</param>
    /// <inheritdoc cref="StartAsync(string, IEnumerable{string}, IEnumerable{KeyValuePair{string, string}})"/>
    public static async Task<ChildProcess> StartAsync(
        IEnumerable<string> launcher,
        string assembly,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> settings
    )
    {
        var path = Path.Combine(AppContext.BaseDirectory, assembly);
        var child = new ChildProcess([.. launcher, "dotnet", path, .. arguments], settings);
        child.Address = await child._ready.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return child;
    }

    /// <summary>Sends it a signal, where there are signals.</summary>
    public void Signal(Signal signal)
    {
        if (NativeKill(Id, (int)signal) != 0)
        {
            throw new InvalidOperationException($"The process {Id} can't be sent {signal}.");
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan patience)
    {
        await _process.WaitForExitAsync().WaitAsync(patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);

    private void Read(string? line)
    {
        if (line is null)
        {
            _ready.TrySetException(new InvalidOperationException("The process ended before it was ready."));
            return;
        }

        Interlocked.Add(ref _written, line.Length + 1);
        if (line.StartsWith("Ready:", StringComparison.Ordinal))
        {
            var address = line[line.IndexOf("http", StringComparison.Ordinal)..];
            _ready.TrySetResult(new Uri(new Uri(address).GetLeftPart(UriPartial.Authority)));
        }
    }
}

/// <summary>Those that a process is sent here, by their numbers on Linux.</summary>
internal enum Signal
{
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
