using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Endpoints;
using OrderFunctions.Handlers;
using OrderFunctions.Hosting;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Operations;
using OrderFunctions.Orders;
using OrderFunctions.Parked;
using OrderFunctions.Providers;
using OrderFunctions.Sandbox;
using OrderFunctions.Sending;
using OrderFunctions.TestKit.InMemory;
using Xunit;

namespace OrderFunctions.TestKit;

/// <summary>
/// The whole system on a clock that the test moves, against a sandbox of its own; the test itself is the pump that
/// takes messages from the queues, so that nothing happens but what it asks for.
/// </summary>
public sealed class Rig : IAsyncDisposable
{
    /// <summary>In place of chance: every wait that is drawn is as long as it may be.</summary>
    public static readonly Func<double> Longest = () => 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ServiceProvider _services;

    private Rig(SandboxServer sandbox, ServiceProvider services, ManualTime time, Secrets secrets, LogBook log)
    {
        (Sandbox, _services, Time, SecretStore, Log) = (sandbox, services, time, secrets, log);
        Bus = services.GetRequiredService<InMemoryBus>();
        Ledger = services.GetRequiredService<ILedger>();
    }

    public SandboxServer Sandbox { get; }

    public ManualTime Time { get; }

    public Secrets SecretStore { get; }

    public LogBook Log { get; }

    public InMemoryBus Bus { get; }

    public ILedger Ledger { get; }

    public IServiceProvider Services => _services;

    public OrderIntake Intake => _services.GetRequiredService<OrderIntake>();

    public ClickIntake Clicks => _services.GetRequiredService<ClickIntake>();

    public OrderEndpoints Orders => _services.GetRequiredService<OrderEndpoints>();

    public WebhookEndpoints Webhooks => _services.GetRequiredService<WebhookEndpoints>();

    public SecretCache Secrets => _services.GetRequiredService<SecretCache>();

    public HealthEndpoints Health => _services.GetRequiredService<HealthEndpoints>();

    public ProviderCatalog Catalog => _services.GetRequiredService<ProviderCatalog>();

    /// <summary>For a channel outside of any rig.</summary>
    /// <param name="book">What keeps its lines; null: nothing does.</param>
    public static SendingLog SendingLog(TimeProvider time, ILoggerProvider? book = null)
    {
        var events = OperatorEvents(time, book);
        return new SendingLog(events, new OutageLog(events, time));
    }

    /// <summary>For a handler outside of any rig.</summary>
    /// <param name="states">Null: they are forgotten with it.</param>
    public static ParkedJobs ParkedJobs(
        IBus bus,
        ILedger ledger,
        OrderEventReader reader,
        TimeProvider time,
        IStateStore? states = null
    )
    {
        var log = new ParkedLog(NullLogger<ParkedLog>.Instance);
        var slices = new ParkedSlices(bus, ledger, reader, log);
        return new ParkedJobs(bus, states ?? new InMemoryState(), new ParkedList(bus, time), slices, log, time);
    }

    /// <inheritdoc cref="SendingLog"/>
    public static DeliveryLog DeliveryLog(TimeProvider time, ILoggerProvider? book = null)
    {
        var events = OperatorEvents(time, book);
        var counters = new DeliveryCounters(new ProviderCatalog([]), time);
        return new DeliveryLog(Loggers(book), new OutageLog(events, time), events, counters, time);
    }

    /// <inheritdoc cref="SendingLog"/>
    public static OutageLog OutageLog(TimeProvider time) => new(OperatorEvents(time), time);

    /// <summary>Which are sent nowhere.</summary>
    public static OperatorEvents OperatorEvents(TimeProvider time, ILoggerProvider? book = null) =>
        new(Loggers(book).CreateLogger<OperatorEvents>(), new OperatorEventQueue(new OperatorEventOptions(), time));

    private static LoggerFactory Loggers(ILoggerProvider? book) => new(book is null ? [] : [book]);

    /// <param name="settings">On top of all providers, enabled and pointed at the sandbox, without waits between quick retries.</param>
    public static Task<Rig> StartAsync(params (string Key, string? Value)[] settings) =>
        StartAsync(store: null, settings);

    /// <param name="store">What the secrets come from instead of <see cref="SecretStore"/>.</param>
    public static async Task<Rig> StartAsync(
        Func<TimeProvider, ISecretStore>? store,
        params (string Key, string? Value)[] settings
    )
    {
        var time = new ManualTime();
        var options = new SandboxOptions { Url = "http://127.0.0.1:0" };
        var sandbox = await SandboxServer.StartAsync(options, time, default);
        var all = SandboxSettings.Providers(sandbox);

        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var secrets = new Secrets();
        var log = new LogBook();
        var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log))
            .AddSingleton<TimeProvider>(time)
            .AddSingleton(Longest)
            .AddSingleton<InMemoryBus>()
            .AddSingleton<IBus>(container => container.GetRequiredService<InMemoryBus>())
            .AddSingleton<ILedger, InMemoryLedger>()
            .AddSingleton<IStateStore, InMemoryState>()
            .AddSingleton(new LedgerOptions())
            .AddSingleton(OverviewScope.Host)
            .AddSingleton(store?.Invoke(time) ?? secrets)
            .AddOrderFunctions(new ConfigurationBuilder().AddInMemoryCollection(all).Build())
            .BuildServiceProvider();
        return new Rig(sandbox, services, time, secrets, log);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    /// <summary>Submits samples/paid.json, changed, for one provider or for all.</summary>
    public async Task<OrderEvent> SubmitAsync(string? provider = null, Action<JsonObject>? change = null)
    {
        var errors = new ValidationErrors();
        var json = Samples.Utf8(json =>
        {
            if (provider is not null)
            {
                json["providers"] = new JsonArray(provider);
            }

            change?.Invoke(json);
        });
        var accepted = await Intake.SubmitAsync(json, errors, default);
        Assert.True(accepted is not null, $"The event should be accepted, but {errors}");
        return accepted;
    }

    /// <summary>Puts bytes on the ERP's queue.</summary>
    public Task SendInboundAsync(string body) =>
        Bus.ScheduleAsync(
            Entities.Inbound,
            new BusMessage(Guid.NewGuid().ToString(), Encoding.UTF8.GetBytes(body)),
            Time.GetUtcNow(),
            default
        );

    /// <summary>Handles one message of a queue, which must settle it once.</summary>
    public async Task HandleAsync(string queue, CancellationToken cancellationToken = default)
    {
        var received = await Bus.ReceiveAsync(queue, default).WaitAsync(Patience, CancellationToken.None);
        var message = new CountingLock(received);
        await HandleAsync(message, cancellationToken);
        // The log is long: it is written out only where it is needed.
        if (message.Settled != 1)
        {
            Assert.Fail($"A message of {queue} was settled {message.Settled} times.\n{Log}");
        }
    }

    public Task HandleAsync(IMessageLock message, CancellationToken cancellationToken = default) =>
        message.Received.Queue switch
        {
            Entities.Inbound => _services.GetRequiredService<InboundHandler>().HandleAsync(message, cancellationToken),
            Entities.Retry => _services.GetRequiredService<RetryHandler>().HandleAsync(message, cancellationToken),
            var queue => _services
                .GetRequiredService<DeliveryHandler>()
                .HandleAsync(queue["orders-".Length..], message, cancellationToken),
        };

    /// <summary>Handles everything that is due now, and what comes of it, until nothing is.</summary>
    public async Task DrainAsync()
    {
        while (Bus.BusyQueues is [var queue, ..])
        {
            await HandleAsync(queue);
        }
    }

    /// <summary>Submits an event and handles everything that is due.</summary>
    public async Task<LedgerEntry> TellAsync(string provider, Action<JsonObject>? change = null)
    {
        var accepted = await SubmitAsync(provider, change);
        await DrainAsync();
        return await EntryAsync(provider, accepted.Order.Id);
    }

    /// <summary>Moves the clock and handles everything that is due then.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        Time.Advance(by);
        await DrainAsync();
    }

    /// <summary>DELETE /api/orders/{orderId}/memory.</summary>
    /// <returns>The status code.</returns>
    public async Task<int> EraseMemoryAsync(string orderId = "1001")
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        var result = await Orders.EraseMemoryAsync(context.Request, [orderId], default);
        await result.ExecuteAsync(context);
        return context.Response.StatusCode;
    }

    public async Task<LedgerEntry> EntryAsync(string provider, string orderId = "1001")
    {
        var entry = await Ledger.FindAsync(orderId, provider, default);
        Assert.True(entry is not null, $"The ledger should have an entry for order {orderId} at {provider}.\n{Log}");
        return entry;
    }

    public async Task<IReadOnlyList<ParkedDelivery>> ParkedAsync() =>
        (await Bus.ListParkedAsync(new ParkedFilter(), 500, null, default)).Items;

    /// <summary>The calls a provider received, each as `METHOD path -> answer`.</summary>
    public IReadOnlyList<string> Calls(string provider) =>
        [
            .. Sandbox
                .State.Received(provider)
                .Select(call => $"{call.Method} {call.Path[(provider.Length + 2)..]} -> {call.StatusCode}"),
        ];

    private sealed class CountingLock(IMessageLock inner) : IMessageLock
    {
        public int Settled { get; private set; }

        public ReceivedMessage Received => inner.Received;

        public Task CompleteAsync(CancellationToken cancellationToken) =>
            CountAsync(inner.CompleteAsync(cancellationToken));

        public Task AbandonAsync(CancellationToken cancellationToken) =>
            CountAsync(inner.AbandonAsync(cancellationToken));

        public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken) =>
            CountAsync(inner.DeadLetterAsync(deadLetter, cancellationToken));

        private async Task CountAsync(Task settling)
        {
            await settling;
            Settled++;
        }
    }
}
