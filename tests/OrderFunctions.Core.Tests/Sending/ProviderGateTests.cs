using OrderFunctions.Diagnostics;
using OrderFunctions.Ledger;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Sending;

public sealed class ProviderGateTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ScriptedAnswers _answers = new();
    private readonly ProviderChannel _channel;
    private readonly ProviderPauses _pauses;
    private readonly ProviderGate _gate;

    public ProviderGateTests()
    {
        var (log, states) = (Rig.SendingLog(_time), new InMemoryState());
        var provider = new KatalysProvider(new KatalysOptions { Enabled = true, SiteId = "store.example.com" });
        _channel = new ProviderChannel(provider, states, log, _time, _answers);
        _pauses = new ProviderPauses(states, log, _time);
        _gate = new ProviderGate(_channel, _pauses, log, _time);
    }

    public void Dispose()
    {
        _gate.Dispose();
        _channel.Dispose();
        _answers.Dispose();
    }

    [Fact]
    public async Task It_lets_everybody_through_until_the_provider_is_paused_and_then_nobody()
    {
        using var first = await _gate.TryEnterAsync(default);
        using var second = await _gate.TryEnterAsync(default);
        Assert.Equal((null, null), (first.Refusal, second.Refusal));

        var shut = new TaskCompletionSource();
        using var registration = first.Shut.Register(shut.SetResult);
        await _pauses.PauseAsync("katalys", null, default);

        await shut.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Contains("is paused since", (await _gate.TryEnterAsync(default)).Refusal, StringComparison.Ordinal);
        var waiting = _gate.EnterAsync(default);
        Assert.False(waiting.IsCompleted);
        await _pauses.ResumeAsync("katalys", default);
        Assert.Null((await waiting.WaitAsync(TimeSpan.FromSeconds(10))).Refusal);
    }

    [Fact]
    public async Task While_the_circuit_is_half_open_it_lets_one_through_at_a_time_until_one_has_found_the_provider_back()
    {
        await OpenTheCircuitAsync();
        Assert.Contains("failed too often", (await _gate.TryEnterAsync(default)).Refusal, StringComparison.Ordinal);
        var waiting = Enumerable.Range(0, 3).Select(_ => _gate.EnterAsync(default)).ToList();
        _time.Advance(ProviderChannel.CircuitBreak);

        // The first comes to no call; the second finds the provider back.
        var first = await await Task.WhenAny(waiting).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.NotNull((await _gate.TryEnterAsync(default)).Refusal);
        Assert.Equal(2, waiting.Count(each => !each.IsCompleted));
        // Before it ends: the next one may be let through at once.
        waiting.RemoveAll(each => each.IsCompleted);
        Assert.False(first.End());
        var second = await await Task.WhenAny(waiting).WaitAsync(TimeSpan.FromSeconds(10));
        await CallAsync(204);

        Assert.True(second.End());
        Assert.All(await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(10)), pass => Assert.Null(pass.Refusal));
    }

    [Fact]
    public async Task Nobody_is_let_through_while_nobody_knows_whether_the_provider_is_paused()
    {
        var pauses = new ProviderPauses(new DownState(), Rig.SendingLog(_time), _time);
        using var gate = new ProviderGate(_channel, pauses, Rig.SendingLog(_time), _time);

        Assert.Equal("The ledger is down.", (await gate.TryEnterAsync(default)).Refusal);
    }

    private async Task OpenTheCircuitAsync()
    {
        for (var i = 0; i < 20; i++)
        {
            await CallAsync(503);
        }

        Assert.Equal(Circuit.Open, _channel.Circuit);
    }

    private Task CallAsync(int status)
    {
        _answers.Status = status;
        var step = _channel.Provider.Next(Samples.Event(), PriorState.Nothing);
        var send = Assert.IsType<Step.Send>(step);
        return _channel.CallAsync(send.Request, authorization: null, default);
    }

    private sealed class ScriptedAnswers : HttpMessageHandler
    {
        public int Status { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) => Task.FromResult(new HttpResponseMessage((System.Net.HttpStatusCode)Status));
    }

    private sealed class DownState : IStateStore
    {
        public Task<StateRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
            throw new LedgerUnavailableException("The ledger is down.");

        public Task<StateRecord?> TrySaveAsync(StateRecord record, CancellationToken cancellationToken) =>
            throw new LedgerUnavailableException("The ledger is down.");
    }
}
