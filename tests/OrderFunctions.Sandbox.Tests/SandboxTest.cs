using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.AvantLink;
using OrderFunctions.Sandbox.Control;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Retrack;
using OrderFunctions.TestKit;

namespace OrderFunctions.Sandbox.Tests;

/// <summary>A server of its own for every test, and calls as the documents describe them.</summary>
public abstract class SandboxTest : IAsyncLifetime
{
    private protected static readonly SandboxOptions Options = new() { Url = "http://127.0.0.1:0" };
    private protected static readonly string DuelBasic =
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{DuelApi.User.Default}:{DuelApi.Password.Default}"));
    private protected static readonly string RetrackBearer = $"Bearer {RetrackApi.Token.Default}";
    private protected static readonly string AvantLinkPath =
        $"/avantlink/merchants/{AvantLinkApi.MerchantId.Default}/tracking/order";
    private protected static readonly string AvantLinkClickPath =
        $"/avantlink/merchants/{AvantLinkApi.MerchantId.Default}/tracking/click";
    private protected const string RetrackPath = "/retrack/api/v2/transactions";
    private protected const string KatalysPath = "/katalys/v2/_tr_offline";

    private protected ManualTime Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private protected SandboxServer Server { get; private set; } = null!;

    private protected SandboxState State => Server.State;

    private protected HttpClient Http { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await SandboxServer.StartAsync(Options, Time, CancellationToken.None);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Server.Url };
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }

    private protected Task<Reply> Duel(JsonObject body, string? id = null, string method = "PUT") =>
        Send(
            method,
            $"/duel/v1/orders/{Uri.EscapeDataString(id ?? body["order"]!.ToString())}",
            body,
            ("Authorization", DuelBasic)
        );

    private protected Task<Reply> AvantLink(JsonObject body, params (string, string)[] headers) =>
        Send("POST", AvantLinkPath, body, [.. AvantLinkHeaders, .. headers]);

    private protected static (string, string)[] AvantLinkHeaders =>
        [("Accept", "application/json"), ("User-Agent", "orderfunctions-tests/1.0")];

    private protected Task<Reply> AvantLinkClick(JsonObject body) =>
        Send("POST", AvantLinkClickPath, body, AvantLinkHeaders);

    private protected Task<Reply> Retrack(JsonObject body, string uuid = "") =>
        Send("POST", uuid.Length == 0 ? RetrackPath : $"{RetrackPath}/{uuid}", body, ("Authorization", RetrackBearer));

    private protected Task<Reply> FindRetrack(string number) =>
        Send(
            "GET",
            $"{RetrackPath}?byOrderNumber={Uri.EscapeDataString(number)}",
            null,
            ("Authorization", RetrackBearer)
        );

    private protected Task<Reply> Katalys(JsonObject body) => Send("POST", KatalysPath, body);

    /// <summary>A good call to any provider.</summary>
    private protected Task<Reply> Call(string provider, string id = "A-1") =>
        provider switch
        {
            "duel" => Duel(Bodies.Duel(id)),
            "avantlink" => AvantLink(Bodies.AvantLink(id)),
            "retrack" => Retrack(Bodies.Retrack(id)),
            _ => Katalys(Bodies.Katalys(id)),
        };

    private protected Task<Reply> Send(
        string method,
        string path,
        JsonObject? body,
        params (string, string)[] headers
    ) => SendText(method, path, body?.ToJsonString(), "application/json", headers);

    private protected async Task<Reply> SendText(
        string method,
        string path,
        string? body,
        string? contentType,
        params (string Name, string Value)[] headers
    )
    {
        using var request = Request(method, path, body, contentType, headers);
        using var response = await Http.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    private protected static HttpRequestMessage Request(
        string method,
        string path,
        string? body,
        string? contentType,
        params (string Name, string Value)[] headers
    )
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return request;
    }
}
