using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Bus;
using OrderFunctions.Diagnostics;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class OutageLogTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly LogBook _log = new();
    private readonly LoggerFactory _loggers;
    private readonly OutageLog _outages;

    public OutageLogTests()
    {
        _loggers = new LoggerFactory([_log]);
        _outages = new OutageLog(Rig.OperatorEvents(_time, _log), _time);
    }

    public void Dispose()
    {
        _loggers.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void Each_kind_is_told_of_at_once_with_its_cause_and_then_once_in_ten_seconds()
    {
        var inner = new TimeoutException("no answer from 10.0.0.7");
        for (var second = 0; second <= 20; second++)
        {
            _outages.Tell(new BusUnavailableException("The bus is down.", inner));
            _outages.Tell(new LedgerUnavailableException("The ledger is down."));
            _outages.Tell(new InvalidOperationException("no outage"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, _log.Lines.Count(line => line.Contains("bus.unavailable The bus", StringComparison.Ordinal)));
        Assert.Equal(3, _log.Lines.Count(line => line.Contains("ledger.unavailable The", StringComparison.Ordinal)));
        Assert.Equal(6, _log.Lines.Count);
        Assert.All(_log.Lines, line => Assert.StartsWith("Warning ", line, StringComparison.Ordinal));
        Assert.Contains(inner.Message, _log.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void That_it_is_back_is_told_once_and_not_while_some_calls_still_fail()
    {
        _outages.BusWorks();
        _outages.Tell(new BusUnavailableException("The bus is down."));
        _time.Advance(TimeSpan.FromMinutes(12));
        _outages.Tell(new BusUnavailableException("The bus is down."));
        _outages.BusWorks();
        _outages.LedgerWorks();
        Assert.Equal(2, _log.Lines.Count);

        _time.Advance(TimeSpan.FromSeconds(10));
        _outages.BusWorks();
        _outages.BusWorks();

        Assert.Equal(3, _log.Lines.Count);
        Assert.EndsWith(
            "bus.recovered The bus can be had again, after 00:12:10",
            _log.Lines[^1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_order_that_is_told_again_and_one_that_is_accepted_again_say_that_ledger_and_bus_are_back()
    {
        await using var rig = await Rig.StartAsync();
        var outages = rig.Services.GetRequiredService<OutageLog>();
        outages.Tell(new BusUnavailableException("The bus is down."));
        outages.Tell(new LedgerUnavailableException("The ledger is down."));
        rig.Time.Advance(TimeSpan.FromMinutes(1));

        await rig.SubmitAsync("duel");
        Assert.Contains("bus.recovered The bus can be had again", rig.Log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ledger.recovered", rig.Log.ToString(), StringComparison.Ordinal);
        await rig.DrainAsync();
        Assert.Contains("ledger.recovered The ledger can be had again", rig.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_health_check_that_passes_says_it_too()
    {
        await using var rig = await Rig.StartAsync();
        var outages = rig.Services.GetRequiredService<OutageLog>();
        outages.Tell(new BusUnavailableException("The bus is down."));
        outages.Tell(new LedgerUnavailableException("The ledger is down."));
        rig.Time.Advance(TimeSpan.FromMinutes(1));

        await rig.Health.ReadyAsync(default);

        Assert.Single(rig.Log.Lines, line => line.Contains("bus.recovered", StringComparison.Ordinal));
        Assert.Single(rig.Log.Lines, line => line.Contains("ledger.recovered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_is_called_when_it_begins_and_when_it_ends_not_every_ten_seconds()
    {
        var queue = new OperatorEventQueue(
            new OperatorEventOptions { Url = new Uri("https://pager.example/hook") },
            _time
        );
        var outages = new OutageLog(new OperatorEvents(_loggers.CreateLogger<OperatorEvents>(), queue), _time);
        for (var second = 0; second < 600; second++)
        {
            outages.Tell(new LedgerUnavailableException("The ledger is down."));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromSeconds(10));
        outages.LedgerWorks();

        var (began, ended) = (await queue.TakeAsync(default), await queue.TakeAsync(default));
        Assert.Equal((OperatorEventTypes.LedgerUnavailable, 1), (began.Event.Type, began.Count));
        Assert.Equal((OperatorEventTypes.LedgerRecovered, 1), (ended.Event.Type, ended.Count));
    }
}
