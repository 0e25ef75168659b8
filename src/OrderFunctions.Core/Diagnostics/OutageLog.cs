using Microsoft.Extensions.Logging;
using OrderFunctions.Bus;
using OrderFunctions.Ledger;

namespace OrderFunctions.Diagnostics;

/// <summary>
/// The log lines about a bus or a ledger that can't be had. An outage fails every request and every delivery, so each
/// of the two is told of at most once in ten seconds.
/// </summary>
public sealed partial class OutageLog(ILogger<OutageLog> logger, TimeProvider timeProvider)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long? _busToldAt;
    private long? _ledgerToldAt;

    /// <param name="error">
    /// A <see cref="BusUnavailableException"/> or a <see cref="LedgerUnavailableException"/>; any other is no outage.
    /// </param>
    public void Tell(Exception error)
    {
        switch (error)
        {
            case BusUnavailableException when IsDue(ref _busToldAt):
                BusUnavailable(error, error.Message);
                break;
            case LedgerUnavailableException when IsDue(ref _ledgerToldAt):
                LedgerUnavailable(error, error.Message);
                break;
            default:
                break;
        }
    }

    private bool IsDue(ref long? toldAt)
    {
        lock (_gate)
        {
            var now = timeProvider.GetTimestamp();
            if (toldAt is { } last && timeProvider.GetElapsedTime(last, now) < Silence)
            {
                return false;
            }

            toldAt = now;
            return true;
        }
    }

    [LoggerMessage(110, LogLevel.Warning, "bus.unavailable {Cause}")]
    private partial void BusUnavailable(Exception error, string cause);

    [LoggerMessage(111, LogLevel.Warning, "ledger.unavailable {Cause}")]
    private partial void LedgerUnavailable(Exception error, string cause);
}
