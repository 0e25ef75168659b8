using OrderFunctions.Diagnostics;
using OrderFunctions.Ledger;

namespace OrderFunctions.Sending;

/// <summary>What is told of a provider's channel, with the metrics that go with it.</summary>
public sealed class SendingLog(OperatorEvents events, OutageLog outages)
{
    /// <param name="again">The circuit was open before: the call that tried whether the provider is back has failed.</param>
    public void CircuitOpened(string provider, TimeSpan pause, bool again)
    {
        Telemetry.CircuitsOpened.Add(1, Telemetry.Provider(provider));
        var opened = new OperatorEvent(
            OperatorEventTypes.CircuitOpened,
            provider,
            $"{provider} fails too often: no calls for {pause}"
        );
        if (again)
        {
            events.Remind(opened);
        }
        else
        {
            events.Raise(opened);
        }
    }

    public void CircuitClosed(string provider) =>
        events.Raise(
            new OperatorEvent(OperatorEventTypes.CircuitClosed, provider, $"{provider} answers again: calls go on")
        );

    public static void CircuitIs(string provider, Circuit circuit) =>
        Telemetry.CircuitState.Record((int)circuit, Telemetry.Provider(provider));

    /// <param name="waited">How long a call has waited for a permit, whether it got one or not.</param>
    public static void Waited(string provider, TimeSpan waited) =>
        Telemetry.LimiterWait.Record(waited.TotalSeconds, Telemetry.Provider(provider));

    public void LedgerUnavailable(LedgerUnavailableException error) => outages.Tell(error);
}
