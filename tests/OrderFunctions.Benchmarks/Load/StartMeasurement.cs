using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>
/// How long published apps take from the start of the process to the first answer, and where they are our host from there
/// until the first order is told to three platforms; and the processor time that each costs. One app after another, again and
/// again, so that what else the machine does is shared out.
/// </summary>
internal static class StartMeasurement
{
    private const int Rounds = 7;

    public static async Task RunAsync(IReadOnlyList<string> assemblies)
    {
        using var stub = await LoadRun.StartStubAsync();
        var measured = assemblies.Select(assembly => (Assembly: assembly, Starts: new List<Start>())).ToList();
        var order = 0;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (assembly, starts) in measured)
            {
                starts.Add(await MeasureAsync(assembly, stub.Address, order++));
            }
        }

        foreach (var (assembly, starts) in measured)
        {
            Console.WriteLine(assembly);
            Console.WriteLine($"  to the first answer {Median(starts.Select(start => start.Answered))}");
            if (starts.TrueForAll(start => start.Told is not null))
            {
                Console.WriteLine($"  from there until ready {Median(starts.Select(start => start.Ready))}");
                Console.WriteLine(
                    $"  from there until the first order is told {Median(starts.Select(start => start.Told!.Value))}"
                );
            }
        }
    }

    private static async Task<Start> MeasureAsync(string assembly, Uri stub, int number)
    {
        var folder = Directory.CreateTempSubdirectory("start-").FullName;
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{FreePort()}/") };
        var began = Ticks.Now;
        using var process = Process.Start(Command(assembly, http.BaseAddress, stub, folder))!;
        try
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            while (!await IsAnsweredAsync(http))
            {
                await Task.Delay(2);
            }

            var (answered, cpu) = (Ticks.Now, Cpu(process));
            using var ready = await http.GetAsync(new Uri("health/ready", UriKind.Relative));
            var (isReady, readyCpu) = (Ticks.Now, Cpu(process));
            using var order = new ByteArrayContent(Order.Body(number, batch: 1, isMixed: false));
            order.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await http.PostAsync(new Uri("api/orders", UriKind.Relative), order);
            return new Start(
                (Ticks.Milliseconds(answered - began), cpu),
                (Ticks.Milliseconds(isReady - answered), readyCpu - cpu),
                response.StatusCode == HttpStatusCode.Accepted
                    ? (Ticks.Milliseconds(await ToldAsync(stub, number) - isReady), Cpu(process) - readyCpu)
                    : null
            );
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ProcessStartInfo Command(string assembly, Uri address, Uri stub, string folder)
    {
        var start = new ProcessStartInfo("dotnet", [Path.GetFullPath(assembly), "--urls", address.AbsoluteUri])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in LoadRun.Settings(stub, folder))
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static async Task<bool> IsAnsweredAsync(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("health/live", UriKind.Relative));
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // When the last of the platforms got it.
    private static async Task<long> ToldAsync(Uri stub, int number)
    {
        using var http = new HttpClient();
        while (true)
        {
            var arrivals = Arrivals.FromBytes(await http.GetByteArrayAsync(new Uri(stub, "/arrivals")));
            var times = ProviderStub.Providers.Select((_, provider) => arrivals.Of(provider, number).First).ToList();
            if (times.Min() > 0)
            {
                return times.Max();
            }

            await Task.Delay(2);
        }
    }

    private static double Cpu(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalMilliseconds;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Median(IEnumerable<(double Time, double Cpu)> measured)
    {
        var all = measured.ToList();
        var time = all.Select(each => each.Time).Order().ElementAt(Rounds / 2);
        var cpu = all.Select(each => each.Cpu).Order().ElementAt(Rounds / 2);
        return string.Create(CultureInfo.InvariantCulture, $"{time:N0} ms, {cpu:N0} ms of processor time");
    }

    // Milliseconds, each from the one before. Null: it takes no orders.
    private sealed record Start(
        (double Time, double Cpu) Answered,
        (double Time, double Cpu) Ready,
        (double Time, double Cpu)? Told
    );
}
