using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Operators;
using OrderFunctions.Hosting;
using OrderFunctions.Ledger;
using OrderFunctions.Operations;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>With the bus down nothing is accepted, and every route says so.</summary>
public sealed class BusDownTests : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging()
        .AddSingleton<IBus, DownBus>()
        .AddSingleton<ILedger, InMemoryLedger>()
        .AddSingleton(new LedgerOptions())
        .AddSingleton<IStateStore, InMemoryState>()
        .AddSingleton(OverviewScope.Host)
        .AddSingleton<ISecretStore>(new Secrets())
        .AddOrderFunctions(new ConfigurationBuilder().Build())
        .BuildServiceProvider();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task An_order_gets_a_503_with_Retry_After()
    {
        var request = Post(Samples.Utf8());
        await AssertUnavailableAsync(
            request,
            await _services.GetRequiredService<OrderEndpoints>().SubmitAsync(request, default)
        );
    }

    [Fact]
    public async Task A_batch_gets_a_503_with_Retry_After()
    {
        var request = Post([(byte)'[', .. Samples.Utf8(), (byte)']']);
        await AssertUnavailableAsync(
            request,
            await _services.GetRequiredService<OrderEndpoints>().SubmitBatchAsync(request, default)
        );
    }

    [Fact]
    public async Task The_overview_gets_a_503_with_Retry_After()
    {
        var request = Post([]);
        await AssertUnavailableAsync(
            request,
            await _services.GetRequiredService<OperationsEndpoints>().OverviewAsync(request, default)
        );
    }

    [Fact]
    public async Task A_provider_is_resumed_all_the_same()
    {
        var pauses = _services.GetRequiredService<ProviderPauses>();
        await pauses.PauseAsync("duel", null, default);
        var request = Post([]);

        await _services.GetRequiredService<OperationsEndpoints>().ResumeAsync(request, "duel", default);

        Assert.Null(await pauses.FindAsync("duel", default));
    }

    [Theory]
    [InlineData("{\"test\":false}")]
    [InlineData("{}")]
    public async Task A_webhook_gets_a_503_with_Retry_After(string body)
    {
        await using var services = With(new DownBus(), new ManualTime(), ("Webhooks:Shopify:Enabled", "true"));
        var request = Webhook(body);
        var webhooks = services.GetRequiredService<WebhookEndpoints>();
        await AssertUnavailableAsync(request, await webhooks.TakeAsync(request, "shopify", default));
    }

    [Fact]
    public async Task A_webhook_is_answered_within_Shopifys_five_seconds_though_the_bus_is_not()
    {
        var (time, bus) = (new ManualTime(), new SlowBus());
        await using var services = With(bus, time, ("Webhooks:Shopify:Enabled", "true"));
        var request = Webhook("{}");
        var answer = services.GetRequiredService<WebhookEndpoints>().TakeAsync(request, "shopify", default);
        await bus.Scheduling.Task;

        time.Advance(TimeSpan.FromSeconds(4));

        var (status, _) = await ExecuteAsync(request, await answer);
        Assert.Equal((503, "5"), (status, request.HttpContext.Response.Headers.RetryAfter.ToString()));
    }

    [Fact]
    public async Task The_parked_list_and_the_replay_get_a_503_with_Retry_After()
    {
        var parked = _services.GetRequiredService<ParkedEndpoints>();
        var request = Post("{}"u8.ToArray());
        await AssertUnavailableAsync(request, await parked.ListAsync(request, default));
        await AssertUnavailableAsync(request, await parked.SummarizeAsync(request, default));
        await AssertUnavailableAsync(request, await parked.ReplayAsync(request, default));
    }

    [Fact]
    public async Task It_is_not_ready_and_says_why()
    {
        var request = Post([]);
        var (status, body) = await ExecuteAsync(
            request,
            await _services.GetRequiredService<HealthEndpoints>().ReadyAsync(default)
        );

        Assert.Equal(503, status);
        Assert.Equal("The bus is down.", body.GetProperty("checks").GetProperty("bus").GetString());
        Assert.Equal("ok", body.GetProperty("checks").GetProperty("ledger").GetString());
    }

    [Fact]
    public async Task A_bus_that_never_answers_makes_it_unready_within_ten_seconds()
    {
        var (time, bus) = (new ManualTime(), new SlowBus());
        await using var services = With(bus, time);
        var ready = services.GetRequiredService<HealthEndpoints>().ReadyAsync(default);

        time.Advance(TimeSpan.FromSeconds(10));

        var (status, body) = await ExecuteAsync(Post([]), await ready);
        Assert.Equal(503, status);
        Assert.Equal("did not answer within 10 seconds", body.GetProperty("checks").GetProperty("bus").GetString());
    }

    [Fact]
    public async Task Those_who_ask_at_once_whether_it_is_ready_share_one_look_and_the_next_one_looks_anew()
    {
        var bus = new SlowBus();
        await using var services = With(bus, new ManualTime());
        var health = services.GetRequiredService<HealthEndpoints>();
        var together = Enumerable.Range(0, 100).Select(_ => health.ReadyAsync(default)).ToList();
        Assert.Equal(1, bus.Asked);

        bus.Answer.SetResult();
        await Task.WhenAll(together);
        await health.ReadyAsync(default);

        Assert.Equal(2, bus.Asked);
    }

    private HttpRequest Webhook(string body)
    {
        var utf8 = Encoding.UTF8.GetBytes(body);
        var request = Post(utf8);
        request.Headers["X-Shopify-Topic"] = "orders/updated";
        request.Headers["X-Shopify-Hmac-Sha256"] = Convert.ToBase64String(
            HMACSHA256.HashData("secret"u8.ToArray(), utf8)
        );
        return request;
    }

    private static ServiceProvider With(
        IBus bus,
        TimeProvider time,
        params IEnumerable<(string Name, string? Value)> settings
    ) =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton(time)
            .AddSingleton(bus)
            .AddSingleton<ILedger, InMemoryLedger>()
            .AddSingleton(new LedgerOptions())
            .AddSingleton<IStateStore, InMemoryState>()
            .AddSingleton<ISecretStore>(new Secrets { ["webhook-shopify"] = "secret" })
            .AddOrderFunctions(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(settings.Select(each => KeyValuePair.Create(each.Name, each.Value)))
                    .Build()
            )
            .BuildServiceProvider();

    private HttpRequest Post(byte[] body)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Method = "POST";
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(body);
        context.Response.Body = new MemoryStream();
        return context.Request;
    }

    private static async Task AssertUnavailableAsync(HttpRequest request, IResult result)
    {
        request.Body.Position = 0;
        request.HttpContext.Response.Body = new MemoryStream();
        var (status, body) = await ExecuteAsync(request, result);
        Assert.Equal((503, "5"), (status, request.HttpContext.Response.Headers.RetryAfter.ToString()));
        Assert.Equal("The bus is down.", body.GetProperty("detail").GetString());
    }

    private static async Task<(int Status, JsonElement Body)> ExecuteAsync(HttpRequest request, IResult result)
    {
        await result.ExecuteAsync(request.HttpContext);
        var body = (MemoryStream)request.HttpContext.Response.Body;
        return (request.HttpContext.Response.StatusCode, JsonElement.Parse(body.ToArray()));
    }

    private sealed class SlowBus : DownBus
    {
        public TaskCompletionSource Answer { get; } = new();

        public int Asked { get; private set; }

        /// <summary>Ends when a message is being scheduled.</summary>
        public TaskCompletionSource Scheduling { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Task ScheduleAsync(
            string queue,
            BusMessage message,
            DateTimeOffset due,
            CancellationToken cancellationToken
        )
        {
            Scheduling.SetResult();
            return Answer.Task.WaitAsync(cancellationToken);
        }

        public override Task CheckAsync(CancellationToken cancellationToken)
        {
            Asked++;
            return Answer.Task;
        }
    }

    internal class DownBus : IBus
    {
        private static readonly BusUnavailableException Down = new("The bus is down.");

        public Task PublishAsync(IReadOnlyList<BusMessage> messages, CancellationToken cancellationToken) => throw Down;

        public virtual Task ScheduleAsync(
            string queue,
            BusMessage message,
            DateTimeOffset due,
            CancellationToken cancellationToken
        ) => throw Down;

        public Task<int> BringForwardAsync(string queue, DateTimeOffset due, CancellationToken cancellationToken) =>
            throw Down;

        public Task<IReadOnlyDictionary<string, ProviderBacklog>> CountAsync(
            IReadOnlyList<string> providers,
            CancellationToken cancellationToken
        ) => throw Down;

        public Task<ParkedPage> ListParkedAsync(
            ParkedFilter filter,
            int limit,
            long? after,
            CancellationToken cancellationToken
        ) => throw Down;

        public Task<long> LastParkedAsync(CancellationToken cancellationToken) => throw Down;

        public Task<long?> TakeParkedAsync(
            ParkedTake take,
            Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
            CancellationToken cancellationToken
        ) => throw Down;

        public virtual Task CheckAsync(CancellationToken cancellationToken) => throw Down;
    }
}
