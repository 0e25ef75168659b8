using OrderFunctions.Bus;
using OrderFunctions.Ledger;

namespace OrderFunctions.Diagnostics;

/// <summary>
/// Tells of a bus or a ledger that can't be had, and that it is back. An outage fails every request and every delivery,
/// so the log has it at most once in ten seconds, and a person is called once.
/// </summary>
public sealed class OutageLog(OperatorEvents events, TimeProvider timeProvider)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Outage _bus = new("The bus", OperatorEventTypes.BusUnavailable, OperatorEventTypes.BusRecovered);
    private readonly Outage _ledger = new(
        "The ledger",
        OperatorEventTypes.LedgerUnavailable,
        OperatorEventTypes.LedgerRecovered
    );

    /// <param name="error">
    /// A <see cref="BusUnavailableException"/> or a <see cref="LedgerUnavailableException"/>; any other is no outage.
    /// </param>
    public void Tell(Exception error)
    {
        switch (error)
        {
            case BusUnavailableException:
                Failed(_bus, error);
                break;
            case LedgerUnavailableException:
                Failed(_ledger, error);
                break;
            default:
                break;
        }
    }

    /// <summary>The bus has just done what it was asked.</summary>
    public void BusWorks() => Worked(_bus);

    /// <summary>The ledger has just answered.</summary>
    public void LedgerWorks() => Worked(_ledger);

    private void Failed(Outage outage, Exception error)
    {
        bool isFirst;
        lock (outage)
        {
            var now = timeProvider.GetTimestamp();
            outage.FailedAt = now;
            isFirst = !outage.Lasts;
            outage.Since = isFirst ? now : outage.Since;
            outage.Lasts = true;
            if (!isFirst && timeProvider.GetElapsedTime(outage.ToldAt, now) < Silence)
            {
                return;
            }

            outage.ToldAt = now;
        }

        var raised = new OperatorEvent(outage.Unavailable, null, error.Message);
        if (isFirst)
        {
            events.Raise(raised, error);
        }
        else
        {
            events.Remind(raised, error);
        }
    }

    private void Worked(Outage outage)
    {
        // Asked at every order: without an outage it costs nothing.
        if (!outage.Lasts)
        {
            return;
        }

        TimeSpan lasted;
        lock (outage)
        {
            // While some calls still fail it is not back.
            if (!outage.Lasts || timeProvider.GetElapsedTime(outage.FailedAt) < Silence)
            {
                return;
            }

            lasted = TimeSpan.FromSeconds(Math.Round(timeProvider.GetElapsedTime(outage.Since).TotalSeconds));
            outage.Lasts = false;
        }

        events.Raise(new OperatorEvent(outage.Recovered, null, $"{outage.What} can be had again, after {lasted}"));
    }

    private sealed class Outage(string what, string unavailable, string recovered)
    {
        private volatile bool _lasts;

        public string What => what;

        public string Unavailable => unavailable;

        public string Recovered => recovered;

        /// <summary>The one member that is read without the lock.</summary>
        public bool Lasts
        {
            get => _lasts;
            set => _lasts = value;
        }

        public long Since { get; set; }

        public long FailedAt { get; set; }

        public long ToldAt { get; set; }
    }
}
