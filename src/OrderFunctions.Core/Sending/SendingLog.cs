using Microsoft.Extensions.Logging;
using OrderFunctions.Diagnostics;
using OrderFunctions.Ledger;

namespace OrderFunctions.Sending;

/// <summary>Every log line about a provider's channel, with the metric that goes with it.</summary>
public sealed partial class SendingLog(ILogger<SendingLog> logger, OutageLog outages)
{
    public void CircuitOpened(string provider, TimeSpan pause)
    {
        Telemetry.CircuitsOpened.Add(1, Telemetry.Provider(provider));
        LogCircuitOpened(provider, pause);
    }

    public void LedgerUnavailable(LedgerUnavailableException error) => outages.Tell(error);

    [LoggerMessage(4, LogLevel.Warning, "circuit.opened {Provider} fails too often: no calls for {Pause}")]
    private partial void LogCircuitOpened(string provider, TimeSpan pause);
}
