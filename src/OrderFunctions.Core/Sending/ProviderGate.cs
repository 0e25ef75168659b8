using OrderFunctions.Diagnostics;
using OrderFunctions.Ledger;

namespace OrderFunctions.Sending;

/// <summary>
/// What a delivery passes before it does anything: shut while the provider is paused or its circuit is open. While the
/// circuit is half open it lets one delivery through at a time, to see whether the provider is back.
/// </summary>
public sealed class ProviderGate : IDisposable
{
    private static readonly TimeSpan UnknownPause = TimeSpan.FromSeconds(1);

    private readonly ProviderChannel _channel;
    private readonly ProviderPauses _pauses;
    private readonly SendingLog _log;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = NewSignal();
    private CancellationTokenSource _open = new();
    private bool _isProbed;

    public ProviderGate(ProviderChannel channel, ProviderPauses pauses, SendingLog log, TimeProvider timeProvider)
    {
        (_channel, _pauses, _log, _timeProvider) = (channel, pauses, log, timeProvider);
        channel.CircuitChanged += Reconsider;
        pauses.Changed += Reconsider;
    }

    /// <summary>Asks to be let through now.</summary>
    public async Task<GatePass> TryEnterAsync(CancellationToken cancellationToken)
    {
        // Before the look at what shuts it, so that whatever shuts it from now on ends the pass.
        var open = Volatile.Read(ref _open).Token;
        try
        {
            if (await _pauses.FindAsync(_channel.Provider.Name, cancellationToken) is { } pause)
            {
                return new GatePass($"{_channel.Provider.Name} is paused since {pause.Since:u}", null);
            }
        }
        catch (LedgerUnavailableException error)
        {
            _log.LedgerUnavailable(error);
            return new GatePass(error.Message, _timeProvider.GetUtcNow() + UnknownPause);
        }

        lock (_gate)
        {
            var circuit = _channel.Circuit;
            if (circuit == Circuit.Closed)
            {
                return new GatePass(open);
            }

            if (circuit == Circuit.Open || _isProbed)
            {
                return new GatePass(_channel.CircuitIsOpen, _isProbed ? null : _channel.OpenUntil);
            }

            _isProbed = true;
            return new GatePass(open, EndProbe);
        }
    }

    /// <summary>Waits until it is let through.</summary>
    public async Task<GatePass> EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            var pass = await TryEnterAsync(cancellationToken);
            if (pass.Refusal is null)
            {
                return pass;
            }

            await WaitAsync(changed, pass.ShutUntil, cancellationToken);
        }
    }

    public void Dispose()
    {
        _channel.CircuitChanged -= Reconsider;
        _pauses.Changed -= Reconsider;
        _open.Dispose();
    }

    // Whether the provider is back.
    private bool EndProbe()
    {
        lock (_gate)
        {
            _isProbed = false;
        }

        Reconsider();
        return _channel.Circuit == Circuit.Closed;
    }

    private void Reconsider()
    {
        if (_pauses.IsPaused(_channel.Provider.Name) || _channel.Circuit == Circuit.Open)
        {
            _ = Interlocked.Exchange(ref _open, new CancellationTokenSource()).CancelAsync();
        }

        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }

    private async Task WaitAsync(Task changed, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var wait = Timeout.InfiniteTimeSpan;
        if (until is { } time)
        {
            // A timer counts whole milliseconds.
            wait = TimeSpan.FromTicks(Math.Max((time - _timeProvider.GetUtcNow()).Ticks, TimeSpan.TicksPerMillisecond));
        }

        // That the time is over is no error.
        await changed
            .WaitAsync(wait, _timeProvider, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What a gate answers a delivery. To be disposed when the delivery has ended.</summary>
public sealed class GatePass : IDisposable
{
    private Func<bool>? _endProbe;

    internal GatePass(CancellationToken shut, Func<bool>? endProbe = null) => (Shut, _endProbe) = (shut, endProbe);

    internal GatePass(string refusal, DateTimeOffset? shutUntil) => (Refusal, ShutUntil) = (refusal, shutUntil);

    /// <summary>Why it is not let through; null: it is.</summary>
    public string? Refusal { get; }

    /// <summary>Cancelled when the gate shuts: whoever has taken no message yet should take none.</summary>
    public CancellationToken Shut { get; }

    /// <summary>When to ask again, if nothing changes before; null: not before.</summary>
    internal DateTimeOffset? ShutUntil { get; }

    /// <summary>Ends the delivery's turn.</summary>
    /// <returns>Whether it has found out that the provider is back.</returns>
    public bool End() => Interlocked.Exchange(ref _endProbe, null)?.Invoke() ?? false;

    public void Dispose() => End();
}

/// <summary>Every provider's gate.</summary>
public sealed class ProviderGates(
    ProviderChannels channels,
    ProviderPauses pauses,
    SendingLog log,
    TimeProvider timeProvider
) : IDisposable
{
    private readonly Dictionary<string, ProviderGate> _gates = channels.All.ToDictionary(
        channel => channel.Provider.Name,
        channel => new ProviderGate(channel, pauses, log, timeProvider),
        StringComparer.Ordinal
    );

    public ProviderGate Get(string provider) => _gates[provider];

    public void Dispose()
    {
        foreach (var gate in _gates.Values)
        {
            gate.Dispose();
        }
    }
}
