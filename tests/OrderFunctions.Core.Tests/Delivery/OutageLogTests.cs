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
        _outages = new OutageLog(_loggers.CreateLogger<OutageLog>(), _time);
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
}
