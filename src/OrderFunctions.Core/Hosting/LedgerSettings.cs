using Microsoft.Extensions.Configuration;
using OrderFunctions.Bus;
using OrderFunctions.Ledger;

namespace OrderFunctions.Hosting;

/// <summary>Reads and checks Ledger__...</summary>
public static class LedgerSettings
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <param name="duplicateWindow">How long the host's bus drops an event that it has had before.</param>
    /// <param name="others">Settings of the same section that the host itself reads.</param>
    public static LedgerOptions Read(
        IConfiguration configuration,
        ICollection<string> problems,
        TimeSpan duplicateWindow,
        params string[] others
    )
    {
        var options = SettingsSection.Bind<LedgerOptions>(configuration, "Ledger", problems, others);
        var shortest = TimeSpan.FromTicks(Math.Max(Entities.MessageTimeToLive.Ticks, duplicateWindow.Ticks));
        if (options.Retention < shortest || options.Retention > Longest)
        {
            problems.Add(
                $"Ledger__Retention is {options.Retention}; it must be from {shortest.TotalDays:0.##} to {Longest.TotalDays:0} days: what the ledger forgets while a message still waits, or a repeated event is still known, could be told again."
            );
        }

        if (options.RememberFor < TimeSpan.Zero || options.RememberFor > options.Retention)
        {
            problems.Add(
                $"Ledger__RememberFor is {options.RememberFor}; it must be from 0 to Ledger__Retention, {options.Retention}: what is remembered is kept in the ledger's entry."
            );
        }

        if (options.WaitForAttribution < TimeSpan.Zero || options.WaitForAttribution > LongestWait)
        {
            problems.Add(
                $"Ledger__WaitForAttribution is {options.WaitForAttribution}; it must be from 0 to {LongestWait.TotalDays:0} day: an order is told late by so much where nobody says where it came from."
            );
        }

        return options;
    }
}
