using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>The least that the same work costs, without any of the promises.</summary>
internal static class Twins
{
    /// <summary>HttpClient making the three calls of each order, and nothing else.</summary>
    /// <returns>Orders a second.</returns>
    public static async Task<double> CallsAsync(Uri stub, int firstOrder, int connections, TimeSpan duration)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections });
        var (next, started) = (firstOrder - 1, Ticks.Now);
        var until = started + Ticks.Of(duration);
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(WorkAsync)));
        return (next - firstOrder + 1) / (Ticks.Milliseconds(Ticks.Now - started) / 1000);

        async Task WorkAsync()
        {
            while (Ticks.Now < until)
            {
                var order = Interlocked.Increment(ref next);
                for (var provider = 0; provider < ProviderStub.Providers.Count; provider++)
                {
                    using var content = new ByteArrayContent(Order.Call(provider, order));
                    content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                    var url = new Uri(stub, $"/{ProviderStub.Providers[provider].Provider}/orders");
                    using var response = await http.PostAsync(url, content);
                    await response.Content.CopyToAsync(Stream.Null);
                }
            }
        }
    }

    /// <summary>A minimal API that takes an order: parses it, appends it to a file with shared flushes, answers 202.</summary>
    public static async Task ServeIntakeAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var log = new RawLog(path);
        try
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.MapPost(
                "/api/orders",
                async (HttpContext context) =>
                {
                    using var body = new MemoryStream();
                    await context.Request.Body.CopyToAsync(body);
                    using var order = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
                    await log.AppendAsync(body.GetBuffer().AsSpan(0, (int)body.Length));
                    context.Response.StatusCode = StatusCodes.Status202Accepted;
                    context.Response.ContentType = "application/json";
                    var id = order.RootElement.GetProperty("order").GetProperty("id").GetString();
                    await context.Response.WriteAsync(
                        string.Create(CultureInfo.InvariantCulture, $$"""{"orderId":"{{id}}"}""")
                    );
                }
            );
            app.Urls.Add("http://127.0.0.1:0");
            await app.StartAsync();
            Console.WriteLine($"Ready: {app.Urls.First()}");
            await app.WaitForShutdownAsync();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
