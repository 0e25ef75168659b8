using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrderFunctions.Local.Tests;

/// <summary>
/// Takes OTLP over http/protobuf and operator webhooks on this machine, and keeps what they said. Protobuf keeps texts
/// as they are, so that a test can look for names, and for what must not be there.
/// </summary>
internal sealed class TelemetryReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private TelemetryReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _received.Enqueue((context.Request.Path, body.ToArray()));
            context.Response.StatusCode = 200;
        });
    }

    public string Url => _app.Urls.First();

    /// <summary>What the local host needs to send here.</summary>
    public string[] Settings =>
        [
            "--OTEL_EXPORTER_OTLP_ENDPOINT",
            Url,
            "--OTEL_EXPORTER_OTLP_PROTOCOL",
            "http/protobuf",
            "--Logging:LogLevel:Default",
            "Information",
        ];

    public static async Task<TelemetryReceiver> StartAsync()
    {
        var receiver = new TelemetryReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>All that came to a path, as Latin-1: every byte is there.</summary>
    public string Said(string path) =>
        string.Concat(_received.Where(each => each.Path == path).Select(each => Encoding.Latin1.GetString(each.Body)));

    /// <summary>All that came, as UTF-8.</summary>
    public string SaidAll() => string.Concat(_received.Select(each => Encoding.UTF8.GetString(each.Body)));

    public int Count(string path) => _received.Count(each => each.Path == path);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
