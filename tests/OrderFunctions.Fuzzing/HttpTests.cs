using System.Security.Cryptography;
using System.Text;
using OrderFunctions.Bus;
using Xunit.Abstractions;

namespace OrderFunctions.Fuzzing;

/// <summary>
/// Every route, by requests that are HTTP and say anything: none is answered by a 5xx, none takes more memory than
/// <see cref="Bounds"/> has, each refusal can be read, and what is accepted can be delivered to every provider.
/// </summary>
public sealed class HttpTests(ITestOutputHelper output) : IDisposable
{
    private const string Json = "application/json";

    // So many requests leave their messages, entries and limits behind; then all begins anew.
    private const int RequestsPerHost = 200;

    private Doors _doors = new();
    private int _requests;

    public void Dispose() => _doors.Dispose();

    [Fact]
    public Task Order_events() => PostAsync("/api/orders", 800, new JsonMutator(Valid.Orders));

    [Fact]
    public Task Batches() =>
        PostAsync("/api/orders/batch", 300, new JsonMutator(Valid.Batches), "again", "force", "by", "askedAt", "code");

    [Fact]
    public Task Previews() => PostAsync("/api/orders/preview", 500, new JsonMutator(Valid.Orders));

    [Fact]
    public Task Replays() => PostAsync("/api/parked/replay", 400, new JsonMutator(Valid.Filters));

    [Fact]
    public Task Discards() => PostAsync("/api/parked/discard", 400, new JsonMutator(Valid.Filters));

    [Fact]
    public Task Clicks_with_a_key() => PostAsync("/api/clicks", 300, new JsonMutator(Valid.Clicks));

    [Fact]
    public async Task Clicks_of_pages()
    {
        var mutator = new JsonMutator(Valid.Clicks);
        await new Campaign("POST /clicks", output).RunAsync(
            300,
            random => new HttpInput(
                random.Next(10) == 0 ? "OPTIONS" : "POST",
                "/clicks",
                [
                    ("Content-Type", random.Next(10) == 0 ? "text/plain;charset=UTF-8" : Json),
                    (
                        "Origin",
                        random.Next(5) == 0
                            ? random.Pick([
                                "null",
                                "https://evil.example",
                                "https://shop.example.evil.example",
                                "",
                                "https://SHOP.example",
                            ])
                            : Doors.Origin
                    ),
                    ("User-Agent", random.Pick(["Mozilla/5.0", "", new string('u', 9000), "\u00ff\u0001", "{0}"])),
                    ("Access-Control-Request-Method", "POST"),
                ],
                mutator.Next(random)
            ),
            AskAndDeliverAsync
        );
    }

    [Theory]
    [InlineData("shopify")]
    [InlineData("woocommerce")]
    public async Task Webhooks(string platform)
    {
        var isShopify = platform == "shopify";
        var mutator = new JsonMutator(isShopify ? Valid.ShopifyOrders : Valid.WooCommerceOrders);
        await new Campaign($"POST /webhooks/{platform}", output).RunAsync(
            300,
            random =>
            {
                var body = random.Next(30) == 0 ? "webhook_id=17"u8.ToArray() : mutator.Next(random);
                return new HttpInput("POST", $"/webhooks/{platform}", WebhookHeaders(isShopify, random), body);
            },
            input => AskAndDeliverAsync(Signed(input, isShopify))
        );
    }

    [Fact]
    public async Task Addresses_without_a_body()
    {
        (string Method, string Path, string[] Parameters)[] routes =
        [
            ("GET", "/api/orders/{id}", []),
            ("DELETE", "/api/orders/{id}/memory", []),
            ("GET", "/api/overview", []),
            ("DELETE", "/api/providers/{id}/pause", []),
            ("GET", "/api/parked", ["provider", "orderId", "reason", "since", "until", "limit", "next", "code"]),
            ("GET", "/api/parked/summary", ["provider", "orderId", "reason", "since", "until", "code"]),
            ("GET", "/api/parked/jobs", []),
            ("GET", "/api/parked/jobs/{id}", []),
            ("DELETE", "/api/parked/jobs/{id}", []),
            ("GET", "/api/returns", ["provider", "since", "until", "format", "mark", "code"]),
            ("GET", "/gallery", ["sku", "source", "type", "limit"]),
            ("GET", "/retrack", ["click", "deeplink"]),
            ("GET", "/health/live", ["a"]),
            ("GET", "/health/ready", ["a"]),
            ("GET", "/openapi.json", ["a"]),
            ("GET", "/console", ["a"]),
            ("GET", "/attribution.js", ["a"]),
            ("GET", "/{id}", ["a"]),
        ];
        await new Campaign("routes without a body", output).RunAsync(
            1500,
            random =>
            {
                var (method, path, parameters) = random.Pick(routes);
                method =
                    random.Next(10) == 0
                        ? random.Pick(["HEAD", "POST", "PUT", "PATCH", "OPTIONS", "TRACE", "get"])
                        : method;
                path = path.Replace(
                    "{id}",
                    Addresses.Segment(random, "1001", "1002", "duel", "retrack"),
                    StringComparison.Ordinal
                );
                return new HttpInput(
                    method,
                    path + (parameters.Length == 0 ? "" : Addresses.Query(random, parameters)),
                    [
                        .. KeyHeaders(random),
                        ("Origin", Doors.Origin),
                        (
                            "Accept",
                            random.Pick([
                                "*/*",
                                Json,
                                "text/csv;q=0.1,application/json;q=nan",
                                ";;;,q=",
                                new string(',', 500),
                            ])
                        ),
                    ],
                    []
                );
            },
            AskAndDeliverAsync
        );
    }

    [Fact]
    public async Task Pauses()
    {
        var mutator = new JsonMutator(Valid.Notes);
        await new Campaign("PUT /api/providers/{provider}/pause", output).RunAsync(
            200,
            random => new HttpInput(
                "PUT",
                $"/api/providers/{Addresses.Segment(random, "duel", "Retrack")}/pause",
                [.. KeyHeaders(random), ("Content-Type", Json)],
                random.Next(4) == 0 ? [] : mutator.Next(random)
            ),
            async input =>
            {
                var answer = await AskAsync(input);
                // Or else nothing would be delivered any more.
                foreach (var provider in new[] { "duel", "avantlink", "retrack", "katalys" })
                {
                    await _doors.AskAsync(
                        new HttpInput(
                            "DELETE",
                            $"/api/providers/{provider}/pause",
                            [("x-functions-key", Doors.Key)],
                            []
                        )
                    );
                }

                return $"{answer.Status}";
            }
        );
    }

    private Task PostAsync(string path, int usual, JsonMutator mutator, params string[] parameters) =>
        new Campaign($"POST {path}", output).RunAsync(
            usual,
            random => new HttpInput(
                "POST",
                path + (parameters.Length == 0 || random.Next(2) == 0 ? "" : Addresses.Query(random, parameters)),
                [
                    .. KeyHeaders(random),
                    (
                        "Content-Type",
                        random.Next(20) == 0
                            ? random.Pick([
                                "text/json",
                                "application/json; charset=utf-16",
                                "application/json;;",
                                "",
                                "application/json; charset=\"UTF-8\"",
                            ])
                            : Json
                    ),
                ],
                mutator.Next(random)
            ),
            AskAndDeliverAsync
        );

    private Task<Answer> AskAsync(HttpInput input)
    {
        if (++_requests % RequestsPerHost == 0)
        {
            _doors.Dispose();
            _doors = new Doors();
        }

        return _doors.AskAsync(input, new Random(_requests));
    }

    private async Task<string> AskAndDeliverAsync(HttpInput input)
    {
        var answer = await AskAsync(input);
        if (answer.Status is >= 200 and < 300 && input.Body.Length > 0)
        {
            var parked = await _doors.DeliverAsync();
            // Whatever is parked now can be listed and summed up.
            await _doors.AskAsync(new HttpInput("GET", "/api/parked/summary", [("x-functions-key", Doors.Key)], []));
            await _doors.AskAsync(new HttpInput("GET", "/api/parked", [("x-functions-key", Doors.Key)], []));
            if (parked is [var first, ..])
            {
                Assert.True(
                    first.Kind == MessageKind.Order,
                    $"Nobody mends a click that is parked: {first.Description}"
                );
                return $"{answer.Status} and parked";
            }
        }

        return $"{answer.Status}";
    }

    private static IEnumerable<(string, string)> KeyHeaders(Random random) =>
        random.Next(30) == 0
            ? random.Pick<(string, string)[]>([
                [],
                [("x-functions-key", "wrong")],
                [("x-functions-key", Doors.Key), ("x-functions-key", "b")],
            ])
            : [("x-functions-key", Doors.Key)];

    private static List<(string, string)> WebhookHeaders(bool isShopify, Random random) =>
        [
            ("Content-Type", random.Next(10) == 0 ? "application/x-www-form-urlencoded" : Json),
            (
                isShopify ? "X-Shopify-Topic" : "X-WC-Webhook-Topic",
                random.Next(10) == 0
                    ? random.Pick(["", "orders/edited", "order.deleted", "a\u0001", new string('t', 300)])
                : isShopify ? random.Pick(["orders/create", "orders/updated", "orders/paid", "orders/cancelled"])
                : random.Pick(["order.created", "order.updated", "order.restored", "order.deleted"])
            ),
            (isShopify ? "X-Shopify-Shop-Domain" : "X-WC-Webhook-Source", "shop.example"),
            (
                "X-Fuzz-Signature",
                random.Next(15) == 0
                    ? random.Pick(["", "none", "=", new string('A', 44), new string('=', 44), "\u0000"])
                    : "good"
            ),
        ];

    // Signed only here, so that a smaller body has its own signature.
    private static HttpInput Signed(HttpInput input, bool isShopify)
    {
        var secret = isShopify ? Doors.ShopifySecret : Doors.WooCommerceSecret;
        var signature = input.Headers.FirstOrDefault(header => header.Name == "X-Fuzz-Signature").Value;
        signature =
            signature == "good"
                ? Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), input.Body))
                : signature;
        return signature is null or "none"
            ? input
            : input with
            {
                Headers =
                [
                    .. input.Headers,
                    (isShopify ? "X-Shopify-Hmac-Sha256" : "X-WC-Webhook-Signature", signature),
                ],
            };
    }
}
