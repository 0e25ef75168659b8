using System.Globalization;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>What came of a load: rates in orders a second, latencies in milliseconds.</summary>
/// <param name="Told">From the moment an order was due to the call that told the last platform of it.</param>
/// <param name="Wrong">What was accepted and not told once to each platform, a sentence each; at most ten.</param>
internal sealed record LoadResult(
    int Orders,
    double AcceptedPerSecond,
    double ToldPerSecond,
    Percentiles Posts,
    Percentiles? Told,
    IReadOnlyList<string> Wrong
)
{
    /// <summary>The first call that told a platform of one of them, in <see cref="Ticks"/>.</summary>
    public long FirstTold { get; init; }

    /// <summary>The last of those calls.</summary>
    public long LastTold { get; init; }

    /// <summary>Of the host, where this started it; milliseconds of processor time an order, megabytes, bytes an order.</summary>
    public (double CpuPerOrder, double Megabytes, double DiskPerOrder, double LogPerOrder)? Host { get; init; }

    public override string ToString()
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Orders:N0} orders: accepted {AcceptedPerSecond:N0}/s, told {ToldPerSecond:N0}/s
              POST      {Text(Posts)}
              all told  {Text(Told)}
            """
        );
        if (Host is var (cpu, memory, disk, log))
        {
            text += string.Create(
                CultureInfo.InvariantCulture,
                $"\n  host      {cpu:N2} ms of processor time an order, {memory:N0} MB, {disk:N0} bytes of disk and {log:N0} of log an order"
            );
        }

        return text + string.Concat(Wrong.Select(wrong => $"\n  WRONG: {wrong}"));
    }

    private static string Text(Percentiles? times) =>
        times is null
            ? "-"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"p50 {times.P50:N1}, p95 {times.P95:N1}, p99 {times.P99:N1}, longest {times.Longest:N0} ms"
            );
}

/// <summary>A host, the platforms' stub beside it, and the load on them.</summary>
internal sealed class LoadRun : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ChildProcess? _stub;
    private readonly string? _folder;
    private readonly Uri _stubAddress;
    private readonly Generator _generator;
    private readonly HttpClient _http = new();
    private ChildProcess? _host;

    private LoadRun(ChildProcess? stub, ChildProcess? host, string? folder, Uri stubAddress, Generator generator)
    {
        (_stub, _host, _folder, _stubAddress, _generator) = (stub, host, folder, stubAddress, generator);
    }

    /// <summary>Starts the local host and the stub, each in a process of its own.</summary>
    /// <param name="path">The host's assembly; null: the one beside this.</param>
    public static async Task<LoadRun> StartAsync(int connections, string? path = null)
    {
        var folder = Directory.CreateTempSubdirectory("load-").FullName;
        var stub = await StartStubAsync();
        var host = await StartHostAsync(stub.Address, folder, path);
        return new LoadRun(stub, host, folder, stub.Address, new Generator(host.Address, null, connections));
    }

    /// <summary>Uses what runs already.</summary>
    public static LoadRun At(Uri host, string? key, Uri stub, int connections) =>
        new(null, null, null, stub, new Generator(host, key, connections));

    public static Task<ChildProcess> StartStubAsync() =>
        ChildProcess.StartAsync("OrderFunctions.Benchmarks.dll", [LoadCommand.Stub]);

    /// <summary>The most memory that the host was seen with while all was waited for, in bytes.</summary>
    public long MostMemory { get; private set; }

    /// <summary>Sends what is offered, waits until all is told, and compares.</summary>
    public async Task<LoadResult> RunAsync(Offer offer)
    {
        var before = Usage();
        var sent = await SendAsync(offer);
        return await CompareAsync(sent, before);
    }

    /// <summary>Sends what is offered, and waits for nobody to be told.</summary>
    public Task<Sent> SendAsync(Offer offer) => _generator.SendAsync(offer);

    /// <summary>Pauses all platforms, or resumes them.</summary>
    public async Task PauseAsync(bool isPaused)
    {
        foreach (var (provider, _) in ProviderStub.Providers)
        {
            var route = new Uri(_generator.Host, $"/api/providers/{provider}/pause");
            using var answer = isPaused ? await _http.PutAsync(route, null) : await _http.DeleteAsync(route);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Kills the host that this started, and starts it anew on the same folder.</summary>
    public async Task RestartAsync()
    {
        _host!.Dispose();
        _host = await StartHostAsync(_stubAddress, _folder!);
        _generator.Host = _host.Address;
    }

    /// <summary>The processor time and the log of the host so far, and its disk.</summary>
    public (TimeSpan Cpu, long Log, long Disk) Usage() => (_host?.Cpu ?? default, _host?.Written ?? 0, DiskBytes());

    /// <summary>Waits until all that was sent is told, and compares.</summary>
    /// <param name="before">What the host had used when the count begins.</param>
    public async Task<LoadResult> CompareAsync(Sent sent, (TimeSpan Cpu, long Log, long Disk) before)
    {
        var arrivals = await AllToldAsync(sent);
        var told = new Latencies();
        var (wrong, first, last) = (new List<string>(), long.MaxValue, sent.Started);
        for (var i = 0; i < sent.Orders; i++)
        {
            var times = new long[ProviderStub.Providers.Count];
            for (var provider = 0; provider < times.Length; provider++)
            {
                (times[provider], var count) = arrivals.Of(provider, sent.First + i);
                if (count != 1)
                {
                    wrong.Add(
                        $"{ProviderStub.Providers[provider].Provider} was told {count} times of order {sent.First + i}"
                    );
                }
            }

            last = Math.Max(last, times.Max());
            if (times.Min() > 0)
            {
                first = Math.Min(first, times.Min());
                told.Add(times.Max() - sent.Began[i]);
            }
        }

        var toldTimes = told.Percentiles();
        return new LoadResult(
            sent.Orders,
            sent.PerSecond,
            sent.Orders / Seconds(last - sent.Started),
            sent.Posts.Percentiles()!,
            toldTimes,
            [.. wrong.Take(10)]
        )
        {
            FirstTold = first,
            LastTold = last,
            Host = _host is null
                ? null
                : (
                    (Usage().Cpu - before.Cpu).TotalMilliseconds / sent.Orders,
                    _host.Memory / 1e6,
                    (double)(Usage().Disk - before.Disk) / sent.Orders,
                    (double)(Usage().Log - before.Log) / sent.Orders
                ),
        };
    }

    /// <summary>Samples the host that this started.</summary>
    public Task<string> ProfileAsync(TimeSpan duration) => Profile.TakeAsync(_host!.Id, duration);

    public void Dispose()
    {
        _generator.Dispose();
        _http.Dispose();
        _host?.Dispose();
        _stub?.Dispose();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static Task<ChildProcess> StartHostAsync(Uri stub, string folder, string? path = null) =>
        ChildProcess.StartAsync(
            path is null ? "OrderFunctions.Local.dll" : Path.GetFullPath(path),
            ["--urls", "http://127.0.0.1:0"],
            Settings(stub, folder)
        );

    internal static Dictionary<string, string> Settings(Uri stub, string folder) =>
        new()
        {
            ["Local__Sandbox"] = "false",
            ["Local__DataDirectory"] = folder,
            ["Providers__AvantLink__Enabled"] = "true",
            ["Providers__AvantLink__BaseUrl"] = new Uri(stub, "/avantlink").AbsoluteUri,
            ["Providers__AvantLink__MerchantId"] = "6f1d3a52-7d0c-4c0e-9b3e-0a1c5a7e2d11",
            ["Providers__Retrack__Enabled"] = "true",
            ["Providers__Retrack__BaseUrl"] = new Uri(stub, "/retrack").AbsoluteUri,
            ["Providers__Retrack__EventId"] = "1f80e399-6f55-4cef-b8b0-0f74752c1ceb",
            ["Credentials__retrack-bearer-token"] = "load",
            ["Providers__Katalys__Enabled"] = "true",
            ["Providers__Katalys__BaseUrl"] = new Uri(stub, "/katalys").AbsoluteUri,
            ["Providers__Katalys__SiteId"] = "load.example",
        };

    // Until nothing has come for a minute, or all is there.
    private async Task<Arrivals> AllToldAsync(Sent sent)
    {
        var (before, since) = (-1, Ticks.Now);
        while (true)
        {
            var text = await _http.GetStringAsync(new Uri(_stubAddress, "/told"));
            var told = int.Parse(text, CultureInfo.InvariantCulture);
            MostMemory = Math.Max(MostMemory, _host?.Memory ?? 0);
            if (told >= sent.First + sent.Orders || Ticks.Now - since > Ticks.Of(Patience))
            {
                return Arrivals.FromBytes(await _http.GetByteArrayAsync(new Uri(_stubAddress, "/arrivals")));
            }

            (before, since) = (told, told == before ? since : Ticks.Now);
            await Task.Delay(100);
        }
    }

    private long DiskBytes() =>
        _folder is null ? 0 : Directory.EnumerateFiles(_folder).Sum(path => new FileInfo(path).Length);

    private static double Seconds(long ticks) => Ticks.Milliseconds(ticks) / 1000;
}
