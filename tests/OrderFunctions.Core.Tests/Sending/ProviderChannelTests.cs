using System.Net;
using Microsoft.Extensions.Logging;
using OrderFunctions.Core.Tests.Sending.Limits;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Sending;

/// <summary>Circuit and rate limit together.</summary>
public sealed class ProviderChannelTests : IDisposable
{
    // So many failures open the circuit.
    private const int Failures = 20;

    private readonly ManualTime _time = new();
    private readonly SimulatedState _states = new();
    private readonly Handler _provider = new();
    private readonly LogBook _book = new();
    private readonly ILoggerFactory _loggers;
    private readonly OperatorEventQueue _events;
    private readonly SendingLog _log;

    public ProviderChannelTests()
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_book));
        _events = new OperatorEventQueue(
            new OperatorEventOptions { Url = new Uri("https://pager.example/hook") },
            _time
        );
        var events = new OperatorEvents(_loggers.CreateLogger<OperatorEvents>(), _events);
        _log = new SendingLog(events, new OutageLog(events, _time));
    }

    public void Dispose()
    {
        _provider.Dispose();
        _loggers.Dispose();
    }

    [Fact]
    public async Task An_open_circuit_uses_up_no_states()
    {
        using var channel = Duel(limit: Failures + 5);
        await OpenCircuitAsync(channel);
        var operations = _states.Reads + _states.Saves;
        for (var call = 0; call < 100; call++)
        {
            var notMade = await NotMadeAsync(CallAsync(channel));
            Assert.Contains("failed too often", notMade.Message, StringComparison.Ordinal);
        }

        Assert.Equal(operations, _states.Reads + _states.Saves);
        _provider.Status = HttpStatusCode.OK;
        _time.Advance(ProviderChannel.CircuitBreak);
        for (var call = 0; call < 5; call++)
        {
            Assert.NotNull((await CallAsync(channel)).Response);
        }

        Assert.Equal(Failures + 5, _provider.Calls);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_keep_the_circuit_open()
    {
        using var channel = Duel(limit: 100);
        await OpenCircuitAsync(channel);
        _time.Jump(TimeSpan.FromHours(-1));
        Assert.Equal(_time.GetUtcNow() + ProviderChannel.CircuitBreak, channel.OpenUntil);
        _time.Advance(ProviderChannel.CircuitBreak);
        _provider.Status = HttpStatusCode.OK;

        Assert.NotNull((await CallAsync(channel)).Response);
        Assert.Equal((Circuit.Closed, null), (channel.Circuit, channel.OpenUntil));
    }

    [Fact]
    public async Task A_host_name_that_does_not_resolve_is_an_outage_in_which_nothing_has_arrived()
    {
        using var channel = Duel(limit: 100);
        _provider.Trouble = new HttpRequestException(
            HttpRequestError.NameResolutionError,
            "Name or service not known (provider.example:443)"
        );
        for (var call = 0; call < Failures; call++)
        {
            var failed = await CallAsync(channel);
            Assert.Equal((false, true), (failed.Failure!.MayHaveArrived, failed.IsOutage));
        }

        Assert.Equal(Circuit.Open, channel.Circuit);
        _provider.Trouble = null;
        _time.Advance(ProviderChannel.CircuitBreak);
        Assert.NotNull((await CallAsync(channel)).Response);
        Assert.Equal(Circuit.Closed, channel.Circuit);
    }

    [Fact]
    public async Task While_one_call_tries_whether_the_provider_is_back_the_others_give_their_states_back()
    {
        using var channel = Duel(limit: Failures + 2);
        await OpenCircuitAsync(channel);
        _time.Advance(ProviderChannel.CircuitBreak);
        _provider.Answers = new TaskCompletionSource();
        var trying = CallAsync(channel);
        for (var call = 0; call < 10; call++)
        {
            await NotMadeAsync(CallAsync(channel));
        }

        _provider.Status = HttpStatusCode.OK;
        _provider.Answers.SetResult();

        Assert.NotNull((await trying).Response);
        Assert.NotNull((await CallAsync(channel)).Response);
        Assert.Equal(Failures + 2, _provider.Calls);
    }

    [Fact]
    public async Task Without_states_to_be_had_no_call_is_made_and_the_reason_is_told()
    {
        using var channel = Duel(limit: 10);
        _states.IsDown = true;

        var notMade = await NotMadeAsync(CallAsync(channel));
        Assert.Equal("The ledger can't be had.", notMade.Message);
        Assert.Equal(new RetryTiming.FreeBackoff(), notMade.When);
        Assert.Equal(0, _provider.Calls);
        var line = Assert.Single(_book.Lines);
        Assert.Contains("ledger.unavailable The ledger can't be had.", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_without_a_limit_needs_no_states()
    {
        var options = new KatalysOptions { BaseUrl = new Uri("https://provider.example") };
        using var channel = Channel(new KatalysProvider(options));
        _states.IsDown = true;

        Assert.NotNull((await CallAsync(channel)).Response);
    }

    [Fact]
    public async Task Any_provider_can_be_given_a_limit()
    {
        var options = new KatalysOptions { BaseUrl = new Uri("https://provider.example"), RequestsPerMinute = 2 };
        using var channel = Channel(new KatalysProvider(options));
        Assert.NotNull((await CallAsync(channel)).Response);
        Assert.NotNull((await CallAsync(channel)).Response);
        var third = channel.CallAsync(Request, null, default);
        _time.Advance(SlidingMinuteLimiter.LongestWait);

        var notMade = await NotMadeAsync(Soon(third));
        Assert.Equal("the limit of 2 requests a minute is reached", notMade.Message);
        Assert.Equal(new RetryTiming.FreeUntil(_time.GetUtcNow().AddSeconds(55)), notMade.When);
        var permits = await Permits.FindAsync(_states, "katalys", default);
        Assert.Equal(2, permits!.Taken.Sum(taken => taken.Count));
    }

    [Fact]
    public async Task Who_asks_sees_the_circuit_open_half_open_and_closed_again()
    {
        using var channel = Duel(limit: 100);
        Assert.Equal((Circuit.Closed, null), (channel.Circuit, channel.OpenUntil));

        await OpenCircuitAsync(channel);
        Assert.Equal(
            (Circuit.Open, _time.GetUtcNow() + ProviderChannel.CircuitBreak),
            (channel.Circuit, channel.OpenUntil)
        );

        // The pause is over, and nobody has called yet.
        _time.Advance(ProviderChannel.CircuitBreak);
        Assert.Equal((Circuit.HalfOpen, null), (channel.Circuit, channel.OpenUntil));

        _provider.Status = HttpStatusCode.OK;
        Assert.NotNull((await CallAsync(channel)).Response);
        Assert.Equal((Circuit.Closed, null), (channel.Circuit, channel.OpenUntil));
    }

    [Fact]
    public async Task A_circuit_s_opening_and_closing_are_told_and_in_between_that_it_still_is_open()
    {
        using var channel = Duel(limit: 100);
        await OpenCircuitAsync(channel);
        for (var pause = 0; pause < 3; pause++)
        {
            _time.Advance(ProviderChannel.CircuitBreak);
            Assert.NotNull((await CallAsync(channel)).Response);
        }

        _provider.Status = HttpStatusCode.OK;
        _time.Advance(ProviderChannel.CircuitBreak);
        Assert.NotNull((await CallAsync(channel)).Response);

        const string opened =
            "Warning OrderFunctions.Diagnostics.OperatorEvents: circuit.opened duel fails too often: no calls for 00:00:30";
        Assert.Equal(
            [
                opened,
                opened,
                opened,
                opened,
                "Information OrderFunctions.Diagnostics.OperatorEvents: circuit.closed duel answers again: calls go on",
            ],
            _book.Lines
        );
        var events = await Task.WhenAll(_events.TakeAsync(default), _events.TakeAsync(default))
            .WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(
            [("circuit.opened", 1), ("circuit.closed", 1)],
            events.Select(taken => (taken.Event.Type, taken.Count))
        );
    }

    private static ProviderRequest Request => new("test", HttpMethod.Post, "orders", new Credential.None());

    private ProviderChannel Duel(int limit) =>
        Channel(
            new DuelProvider(
                new DuelOptions { BaseUrl = new Uri("https://provider.example"), RequestsPerMinute = limit }
            )
        );

    private ProviderChannel Channel(Provider provider) => new(provider, _states, _log, _time, _provider);

    private async Task OpenCircuitAsync(ProviderChannel channel)
    {
        _provider.Status = HttpStatusCode.InternalServerError;
        for (var call = 0; call < Failures; call++)
        {
            Assert.NotNull((await CallAsync(channel)).Response);
        }
    }

    private static Task<ProviderCall> CallAsync(ProviderChannel channel) =>
        Soon(channel.CallAsync(Request, null, default));

    private static Task<ProviderCall> Soon(Task<ProviderCall> call) => call.WaitAsync(TimeSpan.FromSeconds(30));

    private static Task<CallNotMadeException> NotMadeAsync(Task<ProviderCall> call) =>
        Assert.ThrowsAsync<CallNotMadeException>(() => call);

    private sealed class Handler : HttpMessageHandler
    {
        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        /// <summary>Null: it answers at once.</summary>
        public TaskCompletionSource? Answers { get; set; }

        /// <summary>Null: the connection is made.</summary>
        public Exception? Trouble { get; set; }

        public int Calls { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Calls++;
            if (Trouble is { } trouble)
            {
                throw trouble;
            }

            await (Answers?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken);
            return new HttpResponseMessage(Status);
        }
    }
}
