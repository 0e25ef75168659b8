using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrderFunctions.Benchmarks.Soak;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>
/// The least that can stand in for three platforms: it reads which order a call tells of, notes when it came, and answers
/// as documented. Nothing is checked, so that it costs next to nothing beside what is measured.
/// </summary>
internal static class ProviderStub
{
    /// <summary>The platforms, in the order of <see cref="Arrivals"/>, and the bytes before the order's number.</summary>
    public static readonly IReadOnlyList<(string Provider, byte[] Before)> Providers =
    [
        ("avantlink", "\"order_number\":\""u8.ToArray()),
        ("retrack", "\"orderNumber\":\""u8.ToArray()),
        ("katalys", "\"order_id\":\""u8.ToArray()),
    ];

    private const string Retrack = "/retrack/api/v2/transactions";
    private static readonly byte[] AvantLinkAnswer = "{\"success\":true}"u8.ToArray();
    private static readonly byte[] RetrackAnswer =
        "{\"data\":{\"uuid\":\"b3bba4b1-59f6-4b0c-8e06-9d4f6f6a1f27\"}}"u8.ToArray();

    public static async Task RunAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var arrivals = new Arrivals(Providers.Count);
        var faults = new StubFaults(Providers.Count);
        app.Run(async context =>
        {
            var path = context.Request.Path.Value ?? "";
            if (path == "/arrivals")
            {
                await context.Response.Body.WriteAsync(arrivals.ToBytes());
                return;
            }

            if (path == "/told")
            {
                await context.Response.WriteAsync(arrivals.ToldToAll.ToString(CultureInfo.InvariantCulture));
                return;
            }

            if (path == "/lost")
            {
                await context.Response.WriteAsync(string.Join(',', faults.Lost));
                return;
            }

            if (path == "/fault")
            {
                var query = context.Request.Query;
                faults.Set(
                    int.Parse(query["provider"].ToString(), CultureInfo.InvariantCulture),
                    Enum.Parse<StubFault>(query["fault"].ToString())
                );
                return;
            }

            // By its first letter: /avantlink, /retrack, /katalys.
            var provider = path.Length > 1 ? "ark".IndexOf(path[1], StringComparison.Ordinal) : -1;
            if (!await faults.EndsAsync(context, provider))
            {
                await TakeAsync(context, provider, arrivals, faults);
            }
        });
        app.Urls.Add(url);
        await app.StartAsync();
        Console.WriteLine($"Ready: {app.Urls.First()}");
        await app.WaitForShutdownAsync();
    }

    private static async Task TakeAsync(HttpContext context, int provider, Arrivals arrivals, StubFaults faults)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await FindAsync(context, arrivals);
            return;
        }

        var buffer = new byte[4096];
        var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
        // An update of a transaction tells of none anew.
        if (context.Request.Path.Value is not { } path || !path.StartsWith($"{Retrack}/", StringComparison.Ordinal))
        {
            arrivals.Add(provider, Order.NumberAfter(buffer.AsSpan(0, length), Providers[provider].Before));
        }

        if (faults.LosesAnswer(context, provider))
        {
            return;
        }

        var answer = provider switch
        {
            0 => AvantLinkAnswer,
            1 => RetrackAnswer,
            _ => null,
        };
        if (answer is null)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await AnswerAsync(context, answer);
    }

    // Retrack's look-up by the order's number, after a call whose fate is unknown.
    private static Task FindAsync(HttpContext context, Arrivals arrivals)
    {
        var order = Order.NumberOf(context.Request.Query["byOrderNumber"].ToString());
        if (arrivals.Of(1, order).Count > 0)
        {
            return AnswerAsync(context, RetrackAnswer);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static async Task AnswerAsync(HttpContext context, byte[] answer)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }
}

/// <summary>When each platform was told of each order for the first time, and how often. From any thread.</summary>
internal sealed class Arrivals
{
    private readonly Lock _gate = new();
    private readonly List<(long First, int Count)>[] _orders;
    private int _toldToAll;

    public Arrivals(int providers) =>
        _orders = [.. Enumerable.Range(0, providers).Select(_ => new List<(long, int)>())];

    public void Add(int provider, int order)
    {
        var now = Ticks.Now;
        lock (_gate)
        {
            var orders = _orders[provider];
            while (orders.Count <= order)
            {
                orders.Add(default);
            }

            var (first, count) = orders[order];
            orders[order] = (count == 0 ? now : first, count + 1);
            if (count == 0 && Array.TrueForAll(_orders, each => order < each.Count && each[order].Count > 0))
            {
                _toldToAll++;
            }
        }
    }

    /// <summary>How many orders every platform was told of.</summary>
    public int ToldToAll
    {
        get
        {
            lock (_gate)
            {
                return _toldToAll;
            }
        }
    }

    public (long First, int Count) Of(int provider, int order)
    {
        lock (_gate)
        {
            return order < _orders[provider].Count ? _orders[provider][order] : default;
        }
    }

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        lock (_gate)
        {
            writer.Write(_orders.Length);
            foreach (var orders in _orders)
            {
                writer.Write(orders.Count);
                foreach (var (first, count) in orders)
                {
                    writer.Write(first);
                    writer.Write(count);
                }
            }
        }

        writer.Flush();
        return bytes.ToArray();
    }

    public static Arrivals FromBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var arrivals = new Arrivals(reader.ReadInt32());
        foreach (var orders in arrivals._orders)
        {
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                orders.Add((reader.ReadInt64(), reader.ReadInt32()));
            }
        }

        return arrivals;
    }
}
