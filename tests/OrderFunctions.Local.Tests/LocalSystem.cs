using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Journaling;
using OrderFunctions.Sandbox.Control;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>The local host as a user starts it, on free ports, and an HTTP client for it.</summary>
internal sealed class LocalSystem : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder;

    private LocalSystem(LocalHost host, DirectoryInfo folder)
    {
        (Host, _folder) = (host, folder);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = host.Url,
        };
    }

    public LocalHost Host { get; }

    public HttpClient Http { get; }

    public SandboxState Sandbox => Host.Sandbox!.State;

    /// <summary>The queues with a message that is due or under way.</summary>
    public IReadOnlyList<string> BusyQueues => Journal.Counts.Busy;

    private Journal Journal => Host.Services.GetRequiredService<Journal>();

    /// <summary>With a folder of its own, gone with it.</summary>
    public static async Task<LocalSystem> StartAsync(TimeProvider? time = null, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("local-");
        try
        {
            return new LocalSystem(await StartHostAsync(folder.FullName, time, settings), folder);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    private static Task<LocalHost> StartHostAsync(string folder, TimeProvider? time, string[] settings) =>
        LocalHost.StartAsync(
            [
                "--urls",
                "http://127.0.0.1:0",
                "--Local:DataDirectory",
                folder,
                "--Local:SandboxUrl",
                "http://127.0.0.1:0",
                "--Logging:LogLevel:Default",
                "None",
                .. settings,
            ],
            time ?? TimeProvider.System
        );

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body, string contentType = "application/json") =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), contentType);

    public Task<HttpResponseMessage> PostAsync(string path, byte[] body, string contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return Http.PostAsync(path, content);
    }

    public Task<HttpResponseMessage> SubmitAsync(Action<JsonObject>? change = null) =>
        PostAsync("api/orders", Samples.Utf8(change));

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        return await ReadAsync(response);
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsByteArrayAsync());

    /// <summary>Waits until no message is due or under way.</summary>
    public async Task IdleAsync() =>
        await UntilAsync(() => BusyQueues.Count == 0, () => $"still busy: {string.Join(", ", BusyQueues)}");

    public static async Task UntilAsync(Func<bool> condition, Func<string> otherwise)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (patience.IsCancellationRequested)
            {
                Assert.Fail(otherwise());
            }

            await Task.Delay(2, CancellationToken.None);
        }
    }
}
