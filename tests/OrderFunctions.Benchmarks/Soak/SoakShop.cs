using System.Net.Http.Headers;
using System.Threading.Channels;
using OrderFunctions.Benchmarks.Load;

namespace OrderFunctions.Benchmarks.Soak;

/// <summary>A shop that sends orders at a steady rate, each again and again until it has its 202.</summary>
internal sealed class SoakShop(Uri host, double rate) : IDisposable
{
    private const int Connections = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = Connections })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };
    private Latencies _posts = new();
    private int _accepted;
    private int _repeats;

    /// <summary>How many orders got their 202: those with the numbers from 0 on, once <see cref="RunAsync"/> has ended.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many requests got none.</summary>
    public int Repeats => Volatile.Read(ref _repeats);

    /// <summary>The requests that got their 202 since this was asked last.</summary>
    public Percentiles? TakePosts() => Interlocked.Exchange(ref _posts, new Latencies()).Percentiles();

    /// <summary>Sends until it is told to stop, and returns once all that was due has its 202.</summary>
    public async Task RunAsync(CancellationToken closing)
    {
        var due = Channel.CreateUnbounded<int>();
        var workers = Enumerable.Range(0, Connections).Select(_ => Task.Run(() => WorkAsync(due.Reader))).ToList();
        var started = Ticks.Now;
        for (var order = 0; !closing.IsCancellationRequested; )
        {
            if (Ticks.Milliseconds(Ticks.Now - started) < order * 1000.0 / rate)
            {
                await Task.Delay(1, CancellationToken.None);
                continue;
            }

            due.Writer.TryWrite(order++);
        }

        due.Writer.Complete();
        await Task.WhenAll(workers);
    }

    public void Dispose() => _http.Dispose();

    private async Task WorkAsync(ChannelReader<int> due)
    {
        await foreach (var order in due.ReadAllAsync())
        {
            while (!await IsAcceptedAsync(order))
            {
                Interlocked.Increment(ref _repeats);
                await Task.Delay(Pause);
            }

            Interlocked.Increment(ref _accepted);
        }
    }

    // Nothing but a 202 says that it was: without an answer, and after a 503, the shop sends it again.
    private async Task<bool> IsAcceptedAsync(int order)
    {
        using var content = new ByteArrayContent(Order.Body(order, 1, isMixed: false));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var began = Ticks.Now;
        try
        {
            using var answer = await _http.PostAsync(new Uri(host, "/api/orders"), content);
            var status = (int)answer.StatusCode;
            if (status == 202)
            {
                _posts.Add(Ticks.Now - began);
                return true;
            }

            return status == 503
                ? false
                : throw new InvalidOperationException(
                    $"Order {order} got a {status}: {await answer.Content.ReadAsStringAsync()}"
                );
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
