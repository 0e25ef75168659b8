using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrderFunctions.Sandbox;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Local.Tests;

/// <summary>
/// docs/privacy.md as a test: every secret and everything personal is marked, all that can go wrong does, with providers that
/// repeat whatever they were sent, our credentials included; and all that leaves the process is looked through.
/// </summary>
public sealed class MarkedValuesTests : IAsyncLifetime, IDisposable
{
    private const string ApiKey = "mkapikeyasdf1";
    private const string ShopifySecret = "mkshopifysecretlkjh3";
    private const string SigningKey = "mkwhsec-signing-key-of-32-bytes!";
    private const string OrdersJson = "application/json";

    private static readonly string[] Secrets =
    [
        "mkduseruvwq7",
        "mkdpasswordzxcv8",
        "mkrtokenqwer9",
        ApiKey,
        "mkerpkeyghjk2",
        "mkwrongkeytrew6",
        ShopifySecret,
        "mkotlpheaderpoiu4",
        "mkhookaddressmnbv5",
        "mkhomepasswordlkju6",
        SigningKey,
    ];

    private static readonly Dictionary<string, string> Personal = new()
    {
        ["order.customer.id"] = "mkcustomerqazw",
        ["order.customer.email"] = "mkmail.zyxq@wombat.example",
        ["order.shippingAddress.city"] = "Mkcityedcr",
        ["order.shippingAddress.region"] = "Mkregionplok",
        ["order.shippingAddress.postalCode"] = "mkpostalrfvt",
        ["attribution.affiliate"] = "mkaffiliatetgby",
        ["attribution.userAgent"] = "Mkagentyhnu/1.0",
        ["attribution.ipAddress"] = "203.0.113.77",
        ["attribution.visitorIds"] = "mkvisitorujmi",
        ["attribution.userIds"] = "mkmemberikol",
        ["attribution.avantLinkToken"] = "mktokenolpz",
        ["attribution.pageUrl"] = "https://shop.example/mkpagexswq?o=1",
        ["attribution.referrerUrl"] = "https://shop.example/mkreferrercdew",
        ["attribution.googleClickId"] = "mkgclidvfrt",
        ["attribution.customTrackingCode"] = "mkcodebgty",
    };

    // What only a platform's payload has.
    private static readonly string[] OfPayloads =
    [
        "Mkfirstnamenhyu",
        "Mklastnameloik",
        "Mkstreetmjuy",
        "+1 555 019 7733",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("marked-");
    private readonly Dictionary<string, string> _said = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private SandboxServer _sandbox = null!;
    private EchoingProvider _provider = null!;
    private TelemetryReceiver _receiver = null!;

    public async Task InitializeAsync()
    {
        var secrets = new Dictionary<string, string>
        {
            ["Credentials:duel-basic-username"] = Secrets[0],
            ["Credentials:duel-basic-password"] = Secrets[1],
            ["Credentials:retrack-bearer-token"] = Secrets[2],
        };
        var options = new SandboxOptions { Url = "http://127.0.0.1:0", Settings = secrets };
        _sandbox = await SandboxServer.StartAsync(options, TimeProvider.System, default);
        _provider = await EchoingProvider.StartAsync(_sandbox.Url);
        _receiver = await TelemetryReceiver.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _sandbox.DisposeAsync();
        await _receiver.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task What_is_secret_or_personal_stands_nowhere_but_where_privacy_md_says()
    {
        await using (var process = LocalProcess.Launch(Settings, Environment))
        {
            await process.ReadyAsync();
            await SendAllAsync(process.Url);
            await ReadAllAsync(process.Url);
            await LocalSystem.UntilAsync(
                () => _receiver.Said("/mkhookaddressmnbv5").Contains("delivery.parked", StringComparison.Ordinal),
                () => "no operator webhook came"
            );
            Assert.Equal(0, await process.StopAsync());
            _said["console"] = string.Join('\n', process.Output);
        }

        _said["OTLP and operator webhooks"] = _receiver.SaidAll();
        _said["-- settings"] = await OutputAsync(LocalProcess.LaunchCommand(["settings", .. Settings]), exitCode: 0);
        _said["the journal's files"] = Journal();
        DamageJournal();
        _said["a start that fails"] = await OutputAsync(LocalProcess.Launch(Settings, Environment), exitCode: 1);

        // That they are looked for where they are.
        Assert.Contains("delivery.parked", _said["OTLP and operator webhooks"], StringComparison.Ordinal);
        Assert.Contains("delivery.attempt duel echo-422", _said["console"], StringComparison.Ordinal);
        Assert.Contains("is damaged", _said["a start that fails"], StringComparison.Ordinal);
        Assert.Contains(Personal["order.customer.email"], _said["the journal's files"], StringComparison.Ordinal);
        Assert.Contains(Personal["order.customer.email"], _said["POST /api/orders/preview"], StringComparison.Ordinal);
        Assert.True(_provider.Echoed >= 12, $"The provider repeated itself {_provider.Echoed} times only.");

        var leaks = _said.SelectMany(each => Leaks(each.Key, each.Value)).ToList();
        Assert.True(leaks.Count == 0, string.Join('\n', leaks.Take(20)));
    }

    private Dictionary<string, string> Environment =>
        new() { ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=mkotlpheaderpoiu4" };

    private string[] Settings =>
        [
            $"--Local:DataDirectory={_folder.FullName}",
            $"--Local:ApiKey={ApiKey}",
            "--Local:ApiKeys:erp=mkerpkeyghjk2",
            "--OTEL_EXPORTER_OTLP_ENDPOINT=" + _receiver.Url,
            "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            $"--OperatorEvents:Url={_receiver.Url}/mkhookaddressmnbv5",
            $"--Credentials:operator-webhook=whsec_{Convert.ToBase64String(Encoding.ASCII.GetBytes(SigningKey))}",
            "--Credentials:duel-basic-username=mkduseruvwq7",
            "--Credentials:duel-basic-password=mkdpasswordzxcv8",
            "--Credentials:retrack-bearer-token=mkrtokenqwer9",
            "--Webhooks:Shopify:Enabled=true",
            $"--Credentials:webhook-shopify={ShopifySecret}",
            "--Redirect:AllowedHosts:0=shop.example",
            "--Redirect:Home=https://mkhome:mkhomepasswordlkju6@shop.example/",
            "--Logging:LogLevel:Default=Trace",
            .. new[] { "Duel", "AvantLink", "Retrack", "Katalys" }.SelectMany(name =>
                new[]
                {
                    $"--Providers:{name}:Enabled=true",
                    $"--Providers:{name}:BaseUrl={_provider.Url}{name.ToLowerInvariant()}",
                    $"--Providers:{name}:QuickRetryDelay=00:00:00",
                }
            ),
            .. SandboxSettings
                .Providers(_sandbox)
                .Where(setting =>
                    !setting.Key.Contains("BaseUrl")
                    && !setting.Key.Contains("QuickRetryDelay")
                    && !setting.Key.Contains("Enabled")
                )
                .Select(setting => $"--{setting.Key}={setting.Value}"),
        ];

    private async Task SendAllAsync(Uri host)
    {
        foreach (var id in new[] { "ok-1", "echo-400", "echo-401", "echo-422", "echo-429", "echo-500", "drop-1" })
        {
            await SendAsync(host, "POST", "api/orders", Order(id), status: 202);
        }

        await SendAsync(
            host,
            "POST",
            "api/orders/preview",
            Order("preview-1"),
            status: 200,
            place: "POST /api/orders/preview"
        );
        // What is wrong with it is told by names of fields, and by no value.
        var wrong = Order("wrong-1");
        wrong["order"]!["total"] = Personal["order.customer.email"];
        wrong["order"]!["status"] = Personal["order.customer.id"];
        wrong["order"]!["placedAt"] = Personal["order.shippingAddress.city"];
        wrong["order"]!["lines"] = Personal["order.shippingAddress.postalCode"];
        wrong["occurredAt"] = Personal["attribution.userAgent"];
        await SendAsync(host, "POST", "api/orders", wrong, status: 400);
        await SendAsync(host, "POST", "api/orders/batch", new JsonArray(Order("b-1"), wrong.DeepClone()), status: 400);
        await SendAsync(host, "POST", "api/orders", Order("wrong-2"), status: 401, key: "mkwrongkeytrew6");
        await SendAsync(host, "POST", "api/orders?code=mkwrongkeytrew6", Order("wrong-3"), status: 401, key: null);
        await SendTextAsync(host, "api/orders", $"{{\"order\": {Personal["order.customer.email"]}", status: 400);
        await SendTextAsync(
            host,
            "api/orders",
            Order("large-1").ToJsonString() + new string(' ', 300_000),
            status: 413
        );
        var click = new JsonObject
        {
            ["avantLinkToken"] = Personal["attribution.avantLinkToken"],
            ["userAgent"] = Personal["attribution.userAgent"],
            ["ipAddress"] = Personal["attribution.ipAddress"],
            ["pageUrl"] = Personal["attribution.pageUrl"],
        };
        await SendAsync(host, "POST", "api/clicks", click, status: 202);
        click["customTrackingCode"] = Personal["order.customer.email"];
        await SendAsync(host, "POST", "api/clicks", click.DeepClone(), status: 400);
        await SendAsync(host, "POST", "clicks", click.DeepClone(), status: 403, key: null);
        await SendWebhookAsync(host, ShopifySecret, 200);
        await SendWebhookAsync(host, "mkwrongkeytrew6", 401);
        var there = WebUtility.UrlEncode(Personal["attribution.pageUrl"]);
        await SendAsync(host, "GET", $"retrack?click={Guid.Empty}&deeplink={there}", null, 302, key: null, place: "-");
        await SendAsync(host, "GET", $"retrack?click=mkvisitorujmi&deeplink={there}", null, 302, key: null, place: "-");
    }

    private async Task ReadAllAsync(Uri host)
    {
        foreach (var id in new[] { "ok-1", "echo-400", "echo-401", "echo-422", "echo-429", "echo-500", "drop-1" })
        {
            await LocalSystem.UntilAsync(
                () => Attempts(host, id).GetAwaiter().GetResult() >= 4,
                () => $"{id} was not told to all: {_said[$"GET api/orders/{id}"]}"
            );
        }

        foreach (
            var path in new[]
            {
                "api/parked?limit=100",
                "api/parked/summary",
                "api/parked/jobs",
                "api/overview",
                "api/returns?provider=avantlink",
                "api/returns?provider=avantlink&format=json",
                "health/ready",
                $"api/nowhere?code={ApiKey}",
            }
        )
        {
            await SendAsync(host, "GET", path, null, status: null);
        }

        // What is parked has gone through every redaction there is.
        Assert.Contains("echo-422", _said["GET api/parked?limit=100"], StringComparison.Ordinal);
        await SendAsync(host, "POST", "api/parked/replay", new JsonObject { ["orderId"] = "echo-400" }, status: 202);
        Directory.Move(_folder.FullName, _folder.FullName + "-gone");
        try
        {
            await SendAsync(host, "POST", "api/orders", Order("gone-1"), status: 503);
            await SendAsync(
                host,
                "GET",
                "health/ready",
                null,
                status: 503,
                place: "GET health/ready without a journal"
            );
        }
        finally
        {
            Directory.Move(_folder.FullName + "-gone", _folder.FullName);
        }
    }

    private async Task<int> Attempts(Uri host, string id)
    {
        using var answer = await _http.SendAsync(Request(host, "GET", $"api/orders/{id}", null, ApiKey));
        var text = await answer.Content.ReadAsStringAsync();
        _said[$"GET api/orders/{id}"] = text;
        return answer.StatusCode != HttpStatusCode.OK
            ? 0
            : JsonElement
                .Parse(text)
                .GetProperty("deliveries")
                .EnumerateArray()
                .Count(delivery => delivery.GetProperty("attempts").GetArrayLength() > 0);
    }

    private async Task SendAsync(
        Uri host,
        string method,
        string path,
        JsonNode? body,
        int? status,
        string? key = ApiKey,
        string? place = null
    )
    {
        using var content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, OrdersJson);
        await SayAsync(Request(host, method, path, content, key), status, place);
    }

    private async Task SendTextAsync(Uri host, string path, string body, int status)
    {
        using var content = new StringContent(body, Encoding.UTF8, OrdersJson);
        await SayAsync(Request(host, "POST", path, content, ApiKey), status, place: null);
    }

    private async Task SendWebhookAsync(Uri host, string secret, int status)
    {
        var payload = JsonNode.Parse(
            await File.ReadAllTextAsync(
                Path.Combine(AppContext.BaseDirectory, "samples", "webhooks", "shopify-order.json")
            )
        )!;
        payload["email"] = Personal["order.customer.email"];
        payload["customer"]!["first_name"] = OfPayloads[0];
        payload["customer"]!["last_name"] = OfPayloads[1];
        payload["shipping_address"]!["address1"] = OfPayloads[2];
        payload["phone"] = OfPayloads[3];
        // Such that it can't be mapped, and is parked whole.
        payload["total_price"] = Personal["order.customer.email"];
        payload["currency"] = Personal["order.shippingAddress.city"];
        var bytes = Encoding.UTF8.GetBytes(payload.ToJsonString());
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new(OrdersJson) } };
        using var request = Request(host, "POST", "webhooks/shopify", content, key: null);
        request.Headers.Add("X-Shopify-Topic", "orders/updated");
        request.Headers.Add(
            "X-Shopify-Hmac-Sha256",
            Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), bytes))
        );
        await SayAsync(request, status, place: null);
    }

    // The answer, its headers included, is something said. Its place is -: the caller's own words are asked back.
    private async Task SayAsync(HttpRequestMessage request, int? status, string? place)
    {
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(
            status is null || status == (int)answer.StatusCode,
            $"{request.RequestUri} answered {answer}: {text}"
        );
        if (place != "-")
        {
            var path = request.RequestUri!.PathAndQuery[1..].Split("?code")[0];
            place ??= $"{request.Method} {path}";
            _said[place] = $"{_said.GetValueOrDefault(place)}\n{answer.Headers}\n{text}";
        }
    }

    private static HttpRequestMessage Request(Uri host, string method, string path, HttpContent? content, string? key)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(host, path)) { Content = content };
        if (key is not null)
        {
            request.Headers.Add(ApiKeys.Header, key);
        }

        return request;
    }

    private static JsonObject Order(string id) =>
        Samples.Json(json =>
        {
            foreach (var (path, value) in Personal)
            {
                var names = path.Split('.');
                var parent = names[..^1].Aggregate((JsonNode)json, (node, name) => node[name]!);
                parent[names[^1]] = names[^1].EndsWith("Ids", StringComparison.Ordinal) ? new JsonArray(value) : value;
            }

            json["order"]!["id"] = id;
        });

    private string Journal() =>
        string.Concat(_folder.GetFiles().Select(file => Encoding.UTF8.GetString(File.ReadAllBytes(file.FullName))));

    // In the middle of what a customer's order says.
    private void DamageJournal()
    {
        foreach (var file in _folder.GetFiles("*.journal"))
        {
            var bytes = File.ReadAllBytes(file.FullName);
            var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Personal["order.customer.email"]));
            if (at >= 0)
            {
                bytes[at] = (byte)'X';
                File.WriteAllBytes(file.FullName, bytes);
                return;
            }
        }
    }

    private static async Task<string> OutputAsync(LocalProcess process, int exitCode)
    {
        await using (process)
        {
            Assert.True(exitCode == await process.ExitAsync(), process.Tail);
            return string.Join('\n', process.Output);
        }
    }

    /// <summary>The rows of docs/privacy.md: where what is personal may stand. A secret may stand nowhere.</summary>
    private static bool MayBePersonal(string place) => place is "the journal's files" or "POST /api/orders/preview";

    private static IEnumerable<string> Leaks(string place, string text)
    {
        var folded = text.ToLowerInvariant();
        return from mark in MayBePersonal(place)
                ? Secrets
                : [.. Secrets, .. Personal.Values.Select(Telling), .. OfPayloads]
            from spelled in Representations
                .All.Select(representation => representation.Value(mark).ToLowerInvariant())
                .Distinct()
            where folded.Contains(spelled, StringComparison.Ordinal)
            select $"{place} has {mark} as {spelled}: ...{Around(folded, spelled)}...";
    }

    // Of an address the part that is marked.
    private static string Telling(string value) =>
        Regex.Match(value, "mk[a-z]+(?=[?]|$)") is { Success: true } part ? part.Value : value;

    private static string Around(string text, string spelled)
    {
        var at = text.IndexOf(spelled, StringComparison.Ordinal);
        return text[Math.Max(0, at - 150)..Math.Min(text.Length, at + spelled.Length + 150)];
    }

    /// <summary>
    /// In the providers' place: an order whose id is echo-STATUS is answered with that status and all that was sent, line by
    /// line, its headers and thereby our credentials included; one whose id is drop-... is not answered. All else goes on to the
    /// sandbox.
    /// </summary>
    private sealed class EchoingProvider : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly HttpClient _sandbox;
        private int _echoed;

        private EchoingProvider(WebApplication app, Uri sandbox) =>
            (_app, _sandbox) = (app, new HttpClient { BaseAddress = sandbox });

        public Uri Url => new(_app.Urls.First());

        public int Echoed => _echoed;

        public static async Task<EchoingProvider> StartAsync(Uri sandbox)
        {
            var builder = WebApplication.CreateEmptyBuilder(new());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var provider = new EchoingProvider(app, sandbox);
            app.Run(provider.AnswerAsync);
            await app.StartAsync();
            return provider;
        }

        public async ValueTask DisposeAsync()
        {
            _sandbox.Dispose();
            await _app.DisposeAsync();
        }

        private async Task AnswerAsync(HttpContext context)
        {
            var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            if (body.Contains("drop-", StringComparison.Ordinal))
            {
                context.Abort();
                return;
            }

            if (Regex.Match(target + body, "echo-([0-9]{3})") is { Success: true } echo)
            {
                Interlocked.Increment(ref _echoed);
                context.Response.StatusCode = int.Parse(echo.Groups[1].Value, null);
                var headers = context.Request.Headers.Select(header => $"{header.Key}: {header.Value}");
                await context.Response.WriteAsync(
                    $"{context.Request.Method} {target} is wrong:\n{string.Join('\n', headers)}\n{body}"
                );
                return;
            }

            using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
            if (body.Length > 0)
            {
                request.Content = new StringContent(body, Encoding.UTF8, OrdersJson);
            }

            foreach (var name in new[] { "Authorization", "Accept", "User-Agent" })
            {
                request.Headers.TryAddWithoutValidation(name, context.Request.Headers[name].ToString());
            }

            using var answer = await _sandbox.SendAsync(request);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await context.Response.WriteAsync(await answer.Content.ReadAsStringAsync());
        }
    }
}
