using System.Globalization;
using System.Text.Json;
using OrderFunctions.Benchmarks.Load;
using OrderFunctions.Local;

namespace OrderFunctions.Benchmarks.Soak;

/// <summary>A steady load with a fault every minute, a line about each minute, and what was wrong in the end.</summary>
internal sealed class SoakRun : IDisposable
{
    private const double MostLogAnOrder = 2_000;
    private const double MostMemoryGrowth = 1.25;

    // What the journal keeps in memory of an order that is over, for as long as its record is kept: where its entries
    // stand, and its event's key.
    private const double MostMemoryAnOrder = 400;
    private const int FewSamples = 16;
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(5);

    // A claim that was left behind is over after five minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(7);

    private readonly ChildProcess _stub;
    private readonly SoakHost _host;
    private readonly SoakShop _shop;
    private readonly SoakFaults _faults;
    private readonly HttpClient _http;
    private readonly List<(long Bytes, int Accepted)> _memory = [];

    private SoakRun(ChildProcess stub, SoakHost host, double rate, int seed)
    {
        (_stub, _host, _shop) = (stub, host, new SoakShop(host.Address, rate));
        _http = new HttpClient { BaseAddress = stub.Address };
        _faults = new SoakFaults(host, _http, new Random(seed));
    }

    /// <returns>What was wrong, a sentence each; none: nothing was.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(int minutes, double rate, int seed)
    {
        using var stub = await LoadRun.StartStubAsync();
        using var host = await SoakHost.StartAsync(stub.Address);
        using var run = new SoakRun(stub, host, rate, seed);
        return await run.RunAsync(minutes);
    }

    public void Dispose()
    {
        _shop.Dispose();
        _http.Dispose();
    }

    private async Task<IReadOnlyList<string>> RunAsync(int minutes)
    {
        Console.WriteLine(
            "minute | accepted | told | waiting | parked | RSS MB | journal MB | log MB | POST p99 ms | fault"
        );
        using var closing = new CancellationTokenSource();
        var shop = _shop.RunAsync(closing.Token);
        for (var minute = 1; minute <= minutes; minute++)
        {
            var over = Task.Delay(TimeSpan.FromMinutes(1), CancellationToken.None);
            await Task.Delay(TimeSpan.FromSeconds(10), CancellationToken.None);
            var fault = _faults.InjectAsync();
            while (!over.IsCompleted || !fault.IsCompleted)
            {
                if (shop.IsFaulted)
                {
                    await shop;
                }

                _memory.AddRange(_host.Memory is { } memory ? [(memory, _shop.Accepted)] : []);
                await Task.WhenAny(Task.WhenAll(over, fault), Task.Delay(SampleInterval, CancellationToken.None));
            }

            await PrintAsync(minute, await fault);
        }

        await closing.CancelAsync();
        await shop;
        var left = await UntilToldAsync();
        var wrong = await CompareAsync(left);
        return [.. wrong, .. _faults.Wrong, .. await RestartAsync(), .. Usage()];
    }

    private async Task PrintAsync(int minute, string fault)
    {
        var (told, (waiting, parked)) = (await ToldAsync(), await BacklogAsync());
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{minute} | {_shop.Accepted} | {told} | {waiting} | {parked} | {_host.Memory / 1e6:N0} | {_host.Disk / 1e6:N1} | {_host.Log / 1e6:N1} | {_shop.TakePosts()?.P99:N1} | {fault}"
            )
        );
    }

    // Until all is told or parked, or nothing has come for long.
    private async Task<(int Waiting, int Parked)> UntilToldAsync()
    {
        var (before, since) = (-1, Ticks.Now);
        while (true)
        {
            var told = await ToldAsync();
            var left = await BacklogAsync();
            (before, since) = (told, told == before ? since : Ticks.Now);
            if (left.Waiting == 0 || Ticks.Now - since > Ticks.Of(Patience))
            {
                return left;
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private async Task<IReadOnlyList<string>> CompareAsync((int Waiting, int Parked) left)
    {
        var arrivals = Arrivals.FromBytes(await _http.GetByteArrayAsync(new Uri("/arrivals", UriKind.Relative)));
        var lost = (await _http.GetStringAsync(new Uri("/lost", UriKind.Relative))).Split(',');
        var wrong = new List<string>();
        if (left is not (0, 0))
        {
            wrong.Add($"{left.Waiting} deliveries wait and {left.Parked} are parked, though all faults are over");
        }

        for (var provider = 0; provider < ProviderStub.Providers.Count; provider++)
        {
            var name = ProviderStub.Providers[provider].Provider;
            var counts = Enumerable.Range(0, _shop.Accepted).Select(order => arrivals.Of(provider, order).Count);
            var (missing, again) = (0, 0);
            foreach (var count in counts)
            {
                missing += count == 0 ? 1 : 0;
                again += Math.Max(count - 1, 0);
            }

            // Retrack is asked before it is told again.
            var most =
                name == "retrack"
                    ? 0
                    : (_faults.CutOffs * QueuePump.WorkersPerProvider)
                        + int.Parse(lost[provider], CultureInfo.InvariantCulture);
            Console.WriteLine(
                $"{name}: {_shop.Accepted} orders, {missing} not told, {again} told again (at most {most})"
            );
            if (missing > 0)
            {
                wrong.Add($"{name} was not told of {missing} orders that were accepted");
            }

            if (again > most)
            {
                wrong.Add($"{name} was told again of {again} orders, and at most {most} were under way at a fault");
            }
        }

        return wrong;
    }

    private async Task<IReadOnlyList<string>> RestartAsync()
    {
        var (took, exitCode) = await _host.StopAsync();
        await _host.StartAsync();
        var (waiting, _) = await BacklogAsync();
        return exitCode == 0 && waiting == 0
            ? []
            :
            [
                $"The last stop took {took.TotalSeconds:N1} s and ended with {exitCode}; {waiting} waited at the next start",
            ];
    }

    private IEnumerable<string> Usage()
    {
        var log = (double)_host.Log / _shop.Accepted;
        var (second, last) = (Median(1), Median(3));
        var most = (second.Bytes * MostMemoryGrowth) + ((last.Accepted - second.Accepted) * MostMemoryAnOrder);
        var memory = string.Create(
            CultureInfo.InvariantCulture,
            $"{second.Bytes / 1e6:N0} MB in the second quarter, {last.Bytes / 1e6:N0} MB in the last (at most {most / 1e6:N0})"
        );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"memory: {memory}; log: {log:N0} bytes an order; {_shop.Repeats} requests sent again"
            )
        );
        if (_memory.Count >= FewSamples && last.Bytes > most)
        {
            yield return $"memory grew: {memory}";
        }

        if (log > MostLogAnOrder)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"the log took {log:N0} bytes an order, more than {MostLogAnOrder:N0}"
            );
        }
    }

    // Of one quarter of the samples, from 0 on. The middle one: after each start it begins small.
    private (long Bytes, int Accepted) Median(int quarter)
    {
        var length = _memory.Count / 4;
        var samples = _memory.Skip(quarter * length).Take(length).Order().ToList();
        return samples.Count == 0 ? default : samples[samples.Count / 2];
    }

    private async Task<int> ToldAsync() =>
        int.Parse(await _http.GetStringAsync(new Uri("/told", UriKind.Relative)), CultureInfo.InvariantCulture);

    private async Task<(int Waiting, int Parked)> BacklogAsync()
    {
        var answer = await _http.GetByteArrayAsync(new Uri(_host.Address, "/api/overview"));
        var (waiting, parked) = (0, 0);
        foreach (var provider in JsonElement.Parse(answer).GetProperty("providers").EnumerateArray())
        {
            waiting += provider.GetProperty("waiting").GetInt32();
            parked += provider.GetProperty("parked").GetInt32();
        }

        return (waiting, parked);
    }
}
