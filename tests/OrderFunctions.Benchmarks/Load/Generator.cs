using System.Globalization;
using System.Net.Http.Headers;
using System.Threading.Channels;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>What is sent how.</summary>
/// <param name="Rate">Orders a second, sent when they are due whether or not those before are answered; null: as fast as the connections go.</param>
/// <param name="Batch">Events in one request; 1: the route for one.</param>
/// <param name="IsMixed">Orders of 1, 5 and 30 lines; else of one.</param>
internal sealed record Offer(
    int Connections,
    int Batch,
    double? Rate,
    TimeSpan Duration,
    int MostOrders,
    bool IsMixed = false
);

/// <summary>Sends orders to a host, and takes the times.</summary>
internal sealed class Generator : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly string? _key;

    public Generator(Uri host, string? key, int connections)
    {
        (Host, _key) = (host, key);
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections });
    }

    public Uri Host { get; set; }

    /// <summary>The number of the next order; those below it were sent.</summary>
    public int Next { get; private set; }

    /// <summary>Sends what is offered, and returns once all of it is answered.</summary>
    public async Task<Sent> SendAsync(Offer offer)
    {
        var sent = new Sent(Next, Ticks.Now);
        var due = Channel.CreateUnbounded<(int First, long Due)>();
        var workers = Enumerable
            .Range(0, offer.Connections)
            .Select(_ => Task.Run(() => WorkAsync(offer, due.Reader, sent)));
        var all = Task.WhenAll(workers.ToList());
        await (offer.Rate is { } rate ? PaceAsync(offer, rate, due.Writer) : FillAsync(offer, due, all));
        await all;
        sent.Ended = Ticks.Now;
        sent.Orders = Next - sent.First;
        return sent;
    }

    public void Dispose() => _http.Dispose();

    // Each is due at its time from the start on: one that comes late counts as late, not as sent later. On a thread of its
    // own, for a timer is a millisecond or two late, and that is not the host's.
    private Task PaceAsync(Offer offer, double rate, ChannelWriter<(int, long)> due) =>
        Task.Factory.StartNew(
            () =>
            {
                var start = Ticks.Now;
                var requests = (int)Math.Min(offer.Duration.TotalSeconds * rate, offer.MostOrders) / offer.Batch;
                for (var request = 0; request < requests; request++, Next += offer.Batch)
                {
                    var at = start + Ticks.Of(TimeSpan.FromSeconds(request * offer.Batch / rate));
                    Ticks.WaitUntil(at);
                    due.TryWrite((Next, at));
                }

                due.Complete();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    // Never more than a few ahead of the workers.
    private async Task FillAsync(Offer offer, Channel<(int, long)> due, Task workers)
    {
        var until = Ticks.Now + Ticks.Of(offer.Duration);
        for (var left = offer.MostOrders; left > 0 && Ticks.Now < until && !workers.IsFaulted; )
        {
            if (due.Reader.Count >= offer.Connections)
            {
                await Task.Delay(1);
                continue;
            }

            for (var i = 0; i < offer.Connections && left > 0; i++, left -= offer.Batch)
            {
                due.Writer.TryWrite((Next, 0));
                Next += offer.Batch;
            }
        }

        due.Writer.Complete();
    }

    private async Task WorkAsync(Offer offer, ChannelReader<(int First, long Due)> due, Sent sent)
    {
        var route = new Uri(Host, offer.Batch == 1 ? "/api/orders" : "/api/orders/batch");
        await foreach (var (first, at) in due.ReadAllAsync())
        {
            using var content = new ByteArrayContent(Order.Body(first, offer.Batch, offer.IsMixed));
            content.Headers.ContentType = Json;
            using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = content };
            if (_key is not null)
            {
                request.Headers.Add("x-functions-key", _key);
            }

            var began = at == 0 ? Ticks.Now : at;
            using var response = await _http.SendAsync(request);
            await response.Content.CopyToAsync(Stream.Null);
            sent.Posts.Add(Ticks.Now - began);
            if ((int)response.StatusCode != 202)
            {
                throw new InvalidOperationException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The host answered {(int)response.StatusCode} to order {first}."
                    )
                );
            }

            for (var order = first; order < first + offer.Batch; order++)
            {
                sent.Began[order - sent.First] = began;
            }
        }
    }
}

/// <summary>What was sent, and when.</summary>
/// <param name="First">The number of the first order.</param>
internal sealed record Sent(int First, long Started)
{
    private const int MostOrders = 4_000_000;

    public Latencies Posts { get; } = new();

    /// <summary>When each order was due or sent; by its number from <see cref="First"/>.</summary>
    public long[] Began { get; } = new long[MostOrders];

    public int Orders { get; set; }

    /// <summary>When the last was answered.</summary>
    public long Ended { get; set; }

    /// <summary>Orders a second.</summary>
    public double PerSecond => Orders / (Ticks.Milliseconds(Ended - Started) / 1000);
}
