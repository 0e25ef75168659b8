using System.Diagnostics;

namespace OrderFunctions.Local.Tests;

/// <summary>A shop that posts orders of its own, one or a few at a time, and keeps account of the answers.</summary>
internal sealed class Publisher(string name, CrashRig rig, Random random)
{
    // Duel takes 1,500 calls in any minute, of all processes together, and those above wait for five minutes. So all
    // publishers together, with what is told again after kills, have to stay below.
    private const int OrdersAtOnce = 40;
    private const int OrdersPerSecond = 2;

    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private readonly List<string> _accepted = [];
    private readonly List<IReadOnlyList<string>> _unknown = [];

    /// <summary>The orders that got a 202.</summary>
    public IReadOnlyList<string> Accepted => _accepted;

    /// <summary>The requests that got none and were left at that.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Unknown => _unknown;

    /// <summary>How many requests were sent again, with or without an answer.</summary>
    public int Repeats { get; private set; }

    public async Task RunAsync(CancellationToken closing)
    {
        for (var request = 0; !closing.IsCancellationRequested; request++)
        {
            await PauseAsync();
            if (IsFarAhead)
            {
                continue;
            }

            var orders = Enumerable.Range(0, random.Next(1, 5)).Select(i => $"{name}-{request}-{i}").ToList();
            var repeatsUntilAccepted = random.Next(4) > 0;
            var isAccepted = await rig.TrySubmitAsync(orders);
            while (!isAccepted && repeatsUntilAccepted)
            {
                isAccepted = await RepeatAsync(orders);
            }

            if (isAccepted)
            {
                _accepted.AddRange(orders);
            }
            else
            {
                _unknown.Add(orders);
            }

            if (isAccepted && random.Next(10) == 0)
            {
                await RepeatAsync(orders);
            }
        }
    }

    private bool IsFarAhead => _accepted.Count >= OrdersAtOnce + (OrdersPerSecond * _sinceStart.Elapsed.TotalSeconds);

    private Task PauseAsync() => Task.Delay(random.Next(10));

    private async Task<bool> RepeatAsync(IReadOnlyList<string> orders)
    {
        Repeats++;
        await PauseAsync();
        return await rig.TrySubmitAsync(orders);
    }
}

/// <summary>Six shops that send orders all the time, until they are closed.</summary>
internal sealed class Publishers : IDisposable
{
    private const int Count = 6;

    private readonly CrashRig _rig;
    private readonly List<Publisher> _all;
    private readonly Task _publishing;
    private readonly CancellationTokenSource _closing = new();

    public Publishers(CrashRig rig, Random random)
    {
        _rig = rig;
        _all = [.. Enumerable.Range(0, Count).Select(i => new Publisher($"p{i}", rig, new Random(random.Next())))];
        _publishing = Task.WhenAll(_all.Select(publisher => publisher.RunAsync(_closing.Token)).ToList());
    }

    public int AcceptedCount => _all.Sum(publisher => publisher.Accepted.Count);

    /// <inheritdoc cref="Publisher.Accepted"/>
    public List<string> Accepted => [.. _all.SelectMany(publisher => publisher.Accepted)];

    /// <inheritdoc cref="Publisher.Unknown"/>
    public List<IReadOnlyList<string>> Unknown => [.. _all.SelectMany(publisher => publisher.Unknown)];

    /// <inheritdoc cref="Publisher.Repeats"/>
    public int Repeats => _all.Sum(publisher => publisher.Repeats);

    /// <summary>Returns once all have their 202.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        await _rig.UntilAsync(
            () => Task.FromResult(_publishing.IsCompleted),
            () => "The publishers should get their 202"
        );
        await _publishing;
    }

    public void Dispose() => _closing.Dispose();
}
