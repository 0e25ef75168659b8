using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Endpoints;
using OrderFunctions.Handlers;
using OrderFunctions.Hosting;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Local;
using OrderFunctions.Operations;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Fuzzing;

/// <summary>
/// The local host's routes and handlers without its sockets and its disk: the same key guard, routing and endpoints over
/// the bus and ledger in memory, the clock standing still, and the providers in the test's hand. What throws is thrown at
/// the test, not made a 500. Nothing waits for anything, so a request is over when its call returns.
/// </summary>
internal sealed class Doors : IDisposable
{
    public const string Key = "key-8f1c2d77e0";
    public const string ShopifySecret = "shopify-secret-31c9";
    public const string WooCommerceSecret = "woocommerce-secret-77aa";

    private static readonly string[] Marks =
    [
        Key,
        ShopifySecret,
        WooCommerceSecret,
        "bearer-mark-5512",
        "password-mark-9903",
    ];

    // Made once: to compile the routes takes longer than ten thousand requests.
    private static readonly Lazy<RequestDelegate> Pipeline = new(() => NewPipeline(new Doors()._services));

    private readonly ServiceProvider _services;
    private readonly Errors _errors = new();

    /// <param name="changed">Settings, on top of those of a shop that has everything.</param>
    /// <param name="time">Null: a clock that stands still but for what <see cref="DeliverAsync"/> needs.</param>
    /// <param name="providers">What carries the calls to the providers; null: <see cref="Providers"/>.</param>
    public Doors(
        IEnumerable<KeyValuePair<string, string?>>? changed = null,
        TimeProvider? time = null,
        HttpMessageHandler? providers = null
    )
    {
        var settings = Settings();
        foreach (var (name, value) in changed ?? [])
        {
            settings[name] = value;
        }

        var listener = new DiagnosticListener("Fuzzing");
        var services = new ServiceCollection();
        services
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error).AddProvider(_errors))
            .AddSingleton(listener)
            .AddSingleton<DiagnosticSource>(listener)
            .AddRouting()
            .AddSingleton(time ?? Time)
            .AddSingleton(Rig.Longest)
            .AddSingleton<InMemoryBus>()
            .AddSingleton<IBus>(container => container.GetRequiredService<InMemoryBus>())
            .AddSingleton<ILedger, InMemoryLedger>()
            .AddSingleton<IStateStore, InMemoryState>()
            .AddSingleton(new LedgerOptions())
            .AddSingleton(OverviewScope.Host)
            .AddSingleton(new ApiKeys(new LocalOptions { ApiKey = Key }))
            .AddOrderFunctionsWithLocalSecrets(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddSingleton(container => new ProviderChannels(
            container
                .GetRequiredService<ProviderCatalog>()
                .All.Select(provider => new ProviderChannel(
                    provider,
                    container.GetRequiredService<IStateStore>(),
                    container.GetRequiredService<SendingLog>(),
                    time ?? Time,
                    providers ?? Providers
                ))
        ));
        _services = services.BuildServiceProvider();
        Bus = _services.GetRequiredService<InMemoryBus>();
    }

    // Routing belongs to no host: each route takes its handler from the request's own services.
    private static RequestDelegate NewPipeline(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseStatusCodePages(context =>
            context.HttpContext.Response.StatusCode is 404 or 405
                ? Problems.NoRoute(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext)
                : Task.CompletedTask
        );
        app.UseMiddleware<KeyGuard>();
        app.UseRouting();
        app.UseEndpoints(Routes.Map);
        return app.Build();
    }

    /// <summary>Those of a shop that has everything.</summary>
    public static Dictionary<string, string?> Settings()
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Providers:Duel:Enabled"] = "true",
            ["Providers:Duel:Authentication"] = "Bearer",
            ["Providers:AvantLink:Enabled"] = "true",
            ["Providers:AvantLink:MerchantId"] = "7d3f1c52-0a6e-4b8e-9d41-2f6c8be51a07",
            ["Providers:AvantLink:UserAgent"] = "shop/1.0",
            ["Providers:Retrack:Enabled"] = "true",
            ["Providers:Retrack:EventId"] = "1f80e399-6f55-4cef-b8b0-0f74752c1ceb",
            ["Providers:Katalys:Enabled"] = "true",
            ["Providers:Katalys:SiteId"] = "store.example.com",
            ["Webhooks:Shopify:Enabled"] = "true",
            ["Webhooks:WooCommerce:Enabled"] = "true",
            ["Storefront:AllowedOrigins:0"] = Origin,
            ["Gallery:Enabled"] = "true",
            ["Redirect:AllowedHosts:0"] = "shop.example",
            ["Credentials:duel-bearer-token"] = Marks[3],
            ["Credentials:retrack-bearer-token"] = Marks[4],
            ["Credentials:webhook-shopify"] = ShopifySecret,
            ["Credentials:webhook-woocommerce"] = WooCommerceSecret,
        };
        foreach (var provider in new[] { "Duel", "AvantLink", "Retrack", "Katalys" })
        {
            // Its waits are no part of what is looked for.
            settings[$"Providers:{provider}:QuickRetryDelay"] = "00:00:00";
        }

        return settings;
    }

    /// <summary>Whose pages may ask.</summary>
    public const string Origin = "https://shop.example";

    /// <summary>Later than all that the valid inputs tell of.</summary>
    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));

    public StubProviders Providers { get; } = new();

    public InMemoryBus Bus { get; }

    public IServiceProvider Services => _services;

    /// <summary>Asks once, from an address of its own, and holds the answer to the rules that every answer has.</summary>
    public async Task<Answer> AskAsync(HttpInput input, Random? caller = null)
    {
        using var scope = _services.CreateScope();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var (path, query) = input.Target.Split('?', 2) is [var first, var rest]
            ? (first, $"?{rest}")
            : (input.Target, "");
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        request.Method = input.Method;
        request.RawTarget = input.Target;
        // As Kestrel decodes it: all but the escape of a slash.
        request.Path = Uri.UnescapeDataString(path.Replace("%2F", "%252F", StringComparison.OrdinalIgnoreCase));
        request.QueryString = query;
        request.Protocol = "HTTP/1.1";
        request.Scheme = "http";
        request.Body = new MemoryStream(input.Body);
        context.Features.Set<IHttpRequestBodyDetectionFeature>(null);
        foreach (var (name, value) in input.Headers)
        {
            request.Headers.Append(name, value);
        }

        request.Headers.Host = "localhost";
        request.Headers.ContentLength = input.Body.Length;
        context.Connection.RemoteIpAddress = new IPAddress(
            (caller ?? new Random(input.Body.Length)).NextInt64(1L << 32)
        );
        context.Response.Body = body;
        var pipeline = Pipeline.Value;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var asking = pipeline(context);
        var allocated = asking.IsCompleted ? GC.GetAllocatedBytesForCurrentThread() - before : 0;
        await asking;
        var answer = new Answer(context.Response.StatusCode, context.Response.Headers, body.ToArray());
        Bounds.Hold(allocated, input);
        Hold(answer, input);
        return answer;
    }

    /// <summary>
    /// Handles all that is due, and what comes of it: each message must be settled without an exception, and what a
    /// provider's queue has must read as the same event again.
    /// </summary>
    /// <returns>What was parked.</returns>
    public async Task<IReadOnlyList<ParkedDelivery>> DeliverAsync()
    {
        var before = await Bus.LastParkedAsync(default);
        for (var rounds = 0; Bus.BusyQueues is [var queue, ..]; rounds++)
        {
            Assert.True(rounds < 10_000, $"Messages go round and round on {queue}.");
            var message = Bus.TryReceive(queue)!;
            if (
                queue.StartsWith(Entities.QueuePrefix, StringComparison.Ordinal)
                && message.Received is { Source: null, Message.Kind: MessageKind.Order }
                && queue is not (Entities.Inbound or Entities.Retry)
            )
            {
                AssertSameAgain(message.Received.Message.Body);
            }

            // Below Duel's 1,500 a minute: nobody is there to move the clock while a call waits for its turn.
            Time.Advance(TimeSpan.FromMilliseconds(50));
            await HandleAsync(message);
            _errors.ThrowIfAny();
        }

        return (await Bus.ListParkedAsync(new ParkedFilter(), 1000, before, default)).Items;
    }

    public Task HandleAsync(IMessageLock message) =>
        message.Received.Queue switch
        {
            Entities.Inbound => _services.GetRequiredService<InboundHandler>().HandleAsync(message, default),
            Entities.Retry => _services.GetRequiredService<RetryHandler>().HandleAsync(message, default),
            var queue => _services
                .GetRequiredService<DeliveryHandler>()
                .HandleAsync(queue[Entities.QueuePrefix.Length..], message, default),
        };

    public void Dispose() => _services.Dispose();

    private void AssertSameAgain(ReadOnlyMemory<byte> canonical)
    {
        var errors = new ValidationErrors();
        var read = _services.GetRequiredService<OrderEventReader>().Read(canonical, errors);
        Assert.True(
            read is not null,
            $"What was accepted is refused from the bus: {errors}\n{Cuts.Show(canonical.Span)}"
        );
        var again = CanonicalJson.Write(read);
        Assert.True(
            canonical.Span.SequenceEqual(again),
            $"The canonical form reads as another:\n{Cuts.Show(canonical.Span)}\n{Cuts.Show(again)}"
        );
    }

    private void Hold(Answer answer, HttpInput input)
    {
        _errors.ThrowIfAny();
        var text = Encoding.UTF8.GetString(answer.Body);
        // Duel's first answer may be none that there is a gallery of.
        var isAway = answer.Status == 503 && input.Target.StartsWith("/gallery", StringComparison.Ordinal);
        Assert.True(answer.Status < 500 || isAway, $"{answer.Status}: {text}");
        Assert.True(!isAway || answer.Headers.RetryAfter.Count == 1, "A 503 has no Retry-After.");
        foreach (var mark in Marks)
        {
            // What the caller wrote itself is no secret of ours told.
            Assert.True(
                !text.Contains(mark, StringComparison.Ordinal)
                    || Encoding.UTF8.GetString(input.Body).Contains(mark, StringComparison.Ordinal),
                $"The answer has a secret in it: {text}"
            );
        }

        if (answer.Status >= 400 && !HttpMethods.IsHead(input.Method))
        {
            AssertReadable(answer, text);
        }
    }

    private static void AssertReadable(Answer answer, string text)
    {
        Assert.StartsWith("application/problem+json", answer.Headers.ContentType.ToString(), StringComparison.Ordinal);
        var problem = JsonElement.Parse(text);
        Assert.Equal(answer.Status, problem.GetProperty("status").GetInt32());
        Assert.EndsWith(".", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
        if (!problem.TryGetProperty("errors", out var errors))
        {
            Assert.True(
                answer.Status != 400 || text.Contains("garbled", StringComparison.Ordinal),
                $"A 400 without errors: {text}"
            );
            return;
        }

        Assert.NotEmpty(errors.EnumerateObject());
        foreach (var error in errors.EnumerateObject())
        {
            Assert.True(error.Name.Length <= 128, $"A path has {error.Name.Length} characters.");
            Assert.All(error.Value.EnumerateArray(), message => Assert.InRange(message.GetString()!.Length, 3, 256));
        }
    }

    // Nothing that a caller or a provider says may be an error of ours.
    private sealed class Errors : ILoggerProvider, ILogger
    {
        private string? _first;

        public void ThrowIfAny()
        {
            if (Interlocked.Exchange(ref _first, null) is { } error)
            {
                Assert.Fail(error);
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            // What is parked, or a secret that is refused, waits for a person: that is no failure of ours.
            if (IsEnabled(logLevel) && exception is not null)
            {
                _first ??= $"{formatter(state, exception)} {exception}";
            }
        }
    }
}

internal sealed record Answer(int Status, IHeaderDictionary Headers, byte[] Body);

/// <summary>The providers, each request answered as the test says.</summary>
internal sealed class StubProviders : HttpMessageHandler
{
    public static HttpResponseMessage Ok(
        string json = """{"success":true,"status":"ok","data":{"uuid":"1f80e399-6f55-4cef-b8b0-0f74752c1ceb"}}"""
    ) => new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    public Func<HttpRequestMessage, HttpResponseMessage> Answer { get; set; } = _ => Ok();

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => Task.FromResult(Answer(request));
}

/// <summary>The memory that one request may take until it is answered.</summary>
internal static class Bounds
{
    /// <summary>For any request: header, routing, answer.</summary>
    public const long Each = 2 * 1024 * 1024;

    /// <summary>For each byte of its body.</summary>
    public const int PerByte = 40;

    private static long _most;

    /// <summary>The most that any request of this process took beyond what its body allows.</summary>
    public static long Most => _most;

    public static void Hold(long allocated, HttpInput input)
    {
        var most = Each + ((long)PerByte * (input.Body.Length + input.Target.Length));
        Assert.True(
            allocated <= most,
            $"It took {allocated} bytes of memory for a body of {input.Body.Length}; at most {most} are allowed."
        );
        _most = Math.Max(_most, allocated);
    }
}
