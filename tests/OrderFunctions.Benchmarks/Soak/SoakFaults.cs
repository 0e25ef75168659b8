using System.Globalization;
using OrderFunctions.Benchmarks.Load;

namespace OrderFunctions.Benchmarks.Soak;

/// <summary>What goes wrong during a soak: one fault after another, in an order of chance, each of them before any comes again.</summary>
internal sealed class SoakFaults
{
    // Service Bus and Kubernetes give a process that is told to stop 30 s.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(25);

    private readonly SoakHost _host;
    private readonly HttpClient _stub;
    private readonly Random _random;
    private readonly (string Name, bool CutsOff, Func<Task> Inject)[] _all;
    private readonly Queue<(string Name, bool CutsOff, Func<Task> Inject)> _next = new();

    /// <param name="stub">At the stub's address.</param>
    public SoakFaults(SoakHost host, HttpClient stub, Random random)
    {
        (_host, _stub, _random) = (host, stub, random);
        _all =
        [
            ("kill -9", true, KillAsync),
            ("SIGTERM", true, StopAsync),
            ("SIGSTOP", true, () => host.FreezeAsync(Seconds(5, 20))),
            ("disk full", true, () => host.FillDiskAsync(Seconds(2, 10))),
            ("folder moved away", true, () => host.MoveFolderAsync(Seconds(2, 10))),
            ("no file descriptors", true, () => host.TakeDescriptorsAsync(Seconds(2, 10))),
            .. Enum.GetValues<StubFault>().Where(fault => fault != StubFault.None).Select(Of),
        ];
    }

    /// <summary>How often calls that were under way were cut off, or what came of them could not be put on record.</summary>
    public int CutOffs { get; private set; }

    /// <summary>What a stop did wrong, a sentence each.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>Injects the next, and returns once it is over.</summary>
    /// <returns>What it was.</returns>
    public async Task<string> InjectAsync()
    {
        if (_next.Count == 0)
        {
            _random.Shuffle(_all);
            Array.ForEach(_all, _next.Enqueue);
        }

        var (name, cutsOff, inject) = _next.Dequeue();
        CutOffs += cutsOff ? 1 : 0;
        await inject();
        return name;
    }

    private (string Name, bool CutsOff, Func<Task> Inject) Of(StubFault fault)
    {
        var provider = _random.Next(ProviderStub.Providers.Count);
        return ($"{ProviderStub.Providers[provider].Provider} {fault}".ToLowerInvariant(), false, InjectAsync);

        async Task InjectAsync()
        {
            await SetAsync(fault);
            await Task.Delay(Seconds(5, 20));
            await SetAsync(StubFault.None);
        }

        async Task SetAsync(StubFault then)
        {
            var uri = string.Create(CultureInfo.InvariantCulture, $"/fault?provider={provider}&fault={then}");
            using var answer = await _stub.PostAsync(new Uri(uri, UriKind.Relative), null);
            answer.EnsureSuccessStatusCode();
        }
    }

    private async Task KillAsync()
    {
        await _host.KillAsync();
        await _host.StartAsync();
    }

    private async Task StopAsync()
    {
        var (took, exitCode) = await _host.StopAsync();
        if (exitCode != 0 || took > LongestStop)
        {
            Wrong.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"SIGTERM: it ended with {exitCode} after {took.TotalSeconds:N1} s"
                )
            );
        }

        await _host.StartAsync();
    }

    private TimeSpan Seconds(int least, int most) =>
        TimeSpan.FromSeconds(least + ((most - least) * _random.NextDouble()));
}
