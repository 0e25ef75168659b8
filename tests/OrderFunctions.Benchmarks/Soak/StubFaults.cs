using Microsoft.AspNetCore.Http;
using OrderFunctions.Benchmarks.Load;

namespace OrderFunctions.Benchmarks.Soak;

/// <summary>What a platform of the stub does wrong.</summary>
internal enum StubFault
{
    None,

    /// <summary>Answers 503.</summary>
    Down,

    /// <summary>Never answers.</summary>
    Hang,

    /// <summary>Cuts the connection before it has taken anything.</summary>
    Reset,

    /// <summary>Takes the order and cuts the connection before it answers.</summary>
    Lost,

    /// <summary>Answers after a second.</summary>
    Slow,

    /// <summary>Is down every other second.</summary>
    Flapping,
}

/// <summary>The fault of each platform of the stub. From any thread.</summary>
internal sealed class StubFaults(int providers)
{
    private readonly StubFault[] _faults = new StubFault[providers];
    private readonly int[] _lost = new int[providers];

    /// <summary>How many answers each platform has lost so far.</summary>
    public IReadOnlyList<int> Lost => _lost;

    public void Set(int provider, StubFault fault) => _faults[provider] = fault;

    /// <summary>Does what the platform does wrong before it takes the order.</summary>
    /// <returns>Whether that was the end of the request.</returns>
    public async Task<bool> EndsAsync(HttpContext context, int provider)
    {
        switch (_faults[provider])
        {
            case StubFault.Flapping when Ticks.Milliseconds(Ticks.Now) % 2000 < 1000:
            case StubFault.Down:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return true;
            case StubFault.Hang:
                await Task.Delay(Timeout.Infinite, context.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return true;
            case StubFault.Reset:
                context.Abort();
                return true;
            case StubFault.Slow:
                await Task.Delay(TimeSpan.FromSeconds(1));
                return false;
            default:
                return false;
        }
    }

    /// <summary>Whether the answer to an order that was taken is lost.</summary>
    public bool LosesAnswer(HttpContext context, int provider)
    {
        if (_faults[provider] != StubFault.Lost)
        {
            return false;
        }

        Interlocked.Increment(ref _lost[provider]);
        context.Abort();
        return true;
    }
}
