using System.Diagnostics;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>A process of ours that serves at an address: it prints a line with `Ready:` and the address.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _written;

    /// <param name="assembly">An assembly, beside this one if it has no path.</param>
    private ChildProcess(
        string assembly,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> settings
    )
    {
        var start = new ProcessStartInfo("dotnet", [Path.GetFullPath(assembly, AppContext.BaseDirectory), .. arguments])
        {
            RedirectStandardOutput = true,
        };
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

    public static async Task<ChildProcess> StartAsync(
        string assembly,
        IEnumerable<string> arguments,
        params IEnumerable<KeyValuePair<string, string>> settings
    )
    {
        var child = new ChildProcess(assembly, arguments, settings);
        child.Address = await child._ready.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return child;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

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
