using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace OrderFunctions.Local.Tests;

/// <summary>The local host as a process of its own, which a test can kill. It never outlives the test run.</summary>
internal sealed class LocalProcess : IAsyncDisposable
{
    private const string ReadyLine = "Ready: POST order events to ";
    private const int TailLines = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // A shell that is told the process's id, then the signals to send it. Once nobody can tell it more, which is when
    // the test's own process ends, however that comes, it sends SIGKILL.
    private const string Keeper =
        "read -r id; while read -r signal; do kill -s \"$signal\" \"$id\"; done; kill -s KILL \"$id\"";

    // A shell that becomes the program it is told. A signal that it ignores stays ignored: a file that may not grow is then
    // an error of the write, as a full disk is, and not the end of the process.
    private const string IgnoringFileSizeSignal = "trap '' XFSZ; exec \"$0\" \"$@\"";

    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });
    private readonly Stopwatch _sinceLaunch = Stopwatch.StartNew();
    private readonly Process _keeper = Process.Start(
        new ProcessStartInfo("sh", ["-c", Keeper]) { RedirectStandardInput = true }
    )!;
    private readonly Process _process;

    private LocalProcess(ProcessStartInfo info)
    {
        _process = Process.Start(info)!;
        Id = _process.Id;
        _keeper.StandardInput.WriteLine(Id.ToString(CultureInfo.InvariantCulture));
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, _errors);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>How long it took from its launch until it took orders; null: it doesn't yet.</summary>
    public TimeSpan? StartTime { get; private set; }

    /// <summary>The lines that it wrote, in order.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>Those of them that it wrote as errors.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>The last that it wrote, for a failure's message.</summary>
    public string Tail =>
        $"--- Process {Id}, {(HasExited ? $"ended with {_process.ExitCode}" : "still running")}, wrote last:\n"
        + string.Join('\n', _output.TakeLast(TailLines));

    /// <summary>Launches it on a free port, without a sandbox of its own, and doesn't wait for it.</summary>
    public static LocalProcess Launch(params IEnumerable<string> settings) => Launch(settings, []);

    /// <summary>The same with variables of its own on top of the test's environment.</summary>
    public static LocalProcess Launch(IEnumerable<string> settings, Dictionary<string, string> environment) =>
        Start([], ["--urls=http://127.0.0.1:0", "--Local:Sandbox=false", .. settings], environment);

    /// <summary>The same for one that is to meet a full disk (<see cref="TestKit.ProcessLimits"/>).</summary>
    public static LocalProcess LaunchForFullDisk(
        IEnumerable<string> settings,
        Dictionary<string, string> environment
    ) =>
        Start(
            ["sh", "-c", IgnoringFileSizeSignal],
            ["--urls=http://127.0.0.1:0", "--Local:Sandbox=false", .. settings],
            environment
        );

    /// <summary>Launches the program with just these arguments, and doesn't wait for it.</summary>
    public static LocalProcess LaunchCommand(params IEnumerable<string> args) => Start([], args, []);

    // The launcher is a program that becomes the one that follows it, with its arguments; or nothing.
    private static LocalProcess Start(
        IEnumerable<string> launcher,
        IEnumerable<string> args,
        Dictionary<string, string> environment
    )
    {
        string[] command =
        [
            .. launcher,
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            Path.Combine(AppContext.BaseDirectory, "OrderFunctions.Local.dll"),
            .. args,
        ];
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        return new LocalProcess(info);
    }

    /// <summary>Where it takes orders, once it does.</summary>
    public Uri Url =>
        _ready.Task.IsCompletedSuccessfully ? _ready.Task.Result : throw new InvalidOperationException(Tail);

    /// <summary>Returns once it takes orders.</summary>
    public async Task ReadyAsync()
    {
        await Task.WhenAny(_ready.Task, _process.WaitForExitAsync(), Task.Delay(Patience));
        Assert.True(_ready.Task.IsCompleted, $"It should take orders within {Patience.TotalSeconds} s.\n{Tail}");
    }

    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent content) =>
        await _http.PostAsync(new Uri(await _ready.Task, path), content);

    public async Task<bool> IsLiveAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(await _ready.Task, "health/live"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <returns>Null where the answer is a 404.</returns>
    public async Task<JsonElement?> FindAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(await _ready.Task, path));
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync());
    }

    /// <summary>Ends it by SIGKILL, of which it gets to know nothing.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    /// <summary>Asks it to end, by SIGTERM or as Ctrl-C does, by INT.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(string signal = "TERM")
    {
        await SignalAsync(signal);
        return await ExitAsync();
    }

    /// <summary>Sends it a signal.</summary>
    /// <param name="signal">As `kill -s` takes it: STOP, CONT.</param>
    public Task SignalAsync(string signal) => _keeper.StandardInput.WriteLineAsync(signal);

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync()
    {
        var exit = _process.WaitForExitAsync();
        await Task.WhenAny(exit, Task.Delay(Patience));
        Assert.True(exit.IsCompleted, $"It should have ended within {Patience.TotalSeconds} s.\n{Tail}");
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _keeper.Kill();
        _keeper.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line, ConcurrentQueue<string>? also = null)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        also?.Enqueue(line);
        if (line.StartsWith(ReadyLine, StringComparison.Ordinal))
        {
            StartTime = _sinceLaunch.Elapsed;
            _ready.TrySetResult(new Uri(new Uri(line[ReadyLine.Length..]), "/"));
        }
    }
}
