using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Diagnostics;
using OrderFunctions.Hosting;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Diagnostics;

public sealed class OperatorEventsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly LogBook _book = new();
    private readonly ILoggerFactory _loggers;

    public OperatorEventsTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_book));

    public void Dispose()
    {
        _loggers.Dispose();
        _book.Dispose();
    }

    [Fact]
    public void An_event_is_a_log_line_that_begins_with_its_stable_name()
    {
        var (events, _) = Events("https://pager.example/hook");

        events.Raise(new OperatorEvent(OperatorEventTypes.ProviderPaused, "duel", "duel is paused: it moves house"));

        var line = Assert.Single(_book.Lines);
        Assert.StartsWith("Warning ", line, StringComparison.Ordinal);
        Assert.EndsWith(": provider.paused duel is paused: it moves house", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_type_has_an_event_id_of_its_own_that_never_changes()
    {
        using var ids = new EventIds();
        using var loggers = LoggerFactory.Create(logging =>
            logging.SetMinimumLevel(LogLevel.Information).AddProvider(ids)
        );
        var events = new OperatorEvents(loggers.CreateLogger<OperatorEvents>(), Queue(url: null));
        foreach (var type in OperatorEvents.Types)
        {
            events.Raise(new OperatorEvent(type, null, "text"));
        }

        Assert.Equal(
            [
                "3 credential.rejected {Text}",
                "4 circuit.opened {Text}",
                "5 delivery.parked {Text}",
                "14 circuit.closed {Text}",
                "15 provider.paused {Text}",
                "16 provider.resumed {Text}",
                "110 bus.unavailable {Text}",
                "111 ledger.unavailable {Text}",
                "112 bus.recovered {Text}",
                "113 ledger.recovered {Text}",
            ],
            ids.Written.OrderBy(line => int.Parse(line.Split(' ')[0], null))
        );
    }

    [Fact]
    public void An_event_of_no_known_type_is_a_mistake_of_ours() =>
        Assert.Throws<ArgumentException>(() =>
            Events("https://pager.example/hook").Events.Raise(new OperatorEvent("circuit.open", "duel", "duel"))
        );

    [Fact]
    public async Task Equal_events_go_out_the_first_at_once_and_those_within_a_minute_as_one_with_their_number()
    {
        var (events, queue) = Events("https://pager.example/hook");
        events.Raise(Parked("duel", "1"));
        events.Raise(Parked("retrack", "2"));
        Assert.Equal([("1", 1), ("2", 1)], [await TakeAsync(queue), await TakeAsync(queue)]);

        for (var order = 3; order <= 1002; order++)
        {
            events.Raise(Parked("duel", $"{order}"));
        }

        var next = queue.TakeAsync(default);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(next.IsCompleted, "Nothing is due before the minute is over.");
        _time.Advance(TimeSpan.FromSeconds(2));
        var taken = await next.WaitAsync(Patience);
        Assert.Equal((1000, "1002"), (taken.Count, taken.Event.OrderId));
        Assert.Equal(1002, _book.Lines.Count);
    }

    [Fact]
    public async Task Nothing_is_kept_where_nobody_takes_it()
    {
        var (events, queue) = Events(url: null);
        events.Raise(Parked("duel", "1"));
        using var stop = new CancellationTokenSource();
        var taking = queue.TakeAsync(stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking.WaitAsync(Patience));
    }

    [Theory]
    [InlineData("http://pager.example/hook")]
    [InlineData("ftp://127.0.0.1/hook")]
    [InlineData("https://me:secret@pager.example/hook")]
    [InlineData("/hook")]
    public void An_address_that_is_not_safe_stops_the_start_with_a_sentence(string url)
    {
        var error = Assert.Throws<SettingsException>(() => Start(_ => true, ("OperatorEvents:Url", url)));

        Assert.Equal(
            "OperatorEvents__Url must be an https address without a user name (http only on this machine).",
            Assert.Single(error.Problems)
        );
    }

    [Fact]
    public void With_an_address_the_secret_must_be_there_and_without_one_none_need_be()
    {
        var error = Assert.Throws<SettingsException>(() =>
            Start(_ => false, ("OperatorEvents:Url", "http://127.0.0.1:8080/hook"))
        );

        Assert.Equal(
            "Credentials__operator-webhook is missing: OperatorEvents__Url is set, and its webhooks are signed with it.",
            Assert.Single(error.Problems)
        );
        Start(_ => false);
        // Of a vault only a later fetch can tell.
        Start(null, ("OperatorEvents:Url", "https://pager.example/hook"));
    }

    [Fact]
    public void Both_hosts_have_them_and_what_sends_them() =>
        Assert.All(
            [typeof(OperatorEvents), typeof(OperatorWebhook)],
            type =>
                Assert.Contains(
                    Start(_ => true),
                    service => service.ServiceType == type || service.ImplementationType == type
                )
        );

    private static OperatorEvent Parked(string provider, string orderId) =>
        new(OperatorEventTypes.DeliveryParked, provider, $"{provider} order {orderId}: Rejected") { OrderId = orderId };

    private (OperatorEvents Events, OperatorEventQueue Queue) Events(string? url)
    {
        var queue = Queue(url);
        return (new OperatorEvents(_loggers.CreateLogger<OperatorEvents>(), queue), queue);
    }

    private OperatorEventQueue Queue(string? url) =>
        new(new OperatorEventOptions { Url = url is null ? null : new Uri(url) }, _time);

    private static async Task<(string? OrderId, int Count)> TakeAsync(OperatorEventQueue queue)
    {
        var taken = await queue.TakeAsync(default).WaitAsync(Patience);
        return (taken.Event.OrderId, taken.Count);
    }

    private static ServiceCollection Start(Func<string, bool>? hasSecret, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddOrderFunctions(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))
                )
                .Build(),
            hasSecret
        );
        return services;
    }

    /// <summary>Keeps each line's event id and template.</summary>
    private sealed class EventIds : ILoggerProvider, ILogger
    {
        public List<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var values = (IReadOnlyList<KeyValuePair<string, object?>>)state!;
            Written.Add($"{eventId.Id} {values.Single(value => value.Key == "{OriginalFormat}").Value}");
        }
    }
}
