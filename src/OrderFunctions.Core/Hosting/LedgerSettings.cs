using Microsoft.Extensions.Configuration;
using OrderFunctions.Bus;

namespace OrderFunctions.Hosting;

/// <summary>Ledger__...: how long the ledger knows of an order.</summary>
public sealed class LedgerSettings
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>How long an order is kept at a provider after its last change there.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(180);

    /// <param name="duplicateWindow">How long the host's bus drops an event that it has had before.</param>
    /// <param name="others">Settings of the same section that the host itself reads.</param>
    public static LedgerSettings Read(
        IConfiguration configuration,
        ICollection<string> problems,
        TimeSpan duplicateWindow,
        params string[] others
    )
    {
        var settings = SettingsSection.Bind<LedgerSettings>(configuration, "Ledger", problems, others);
        var shortest = TimeSpan.FromTicks(Math.Max(Entities.MessageTimeToLive.Ticks, duplicateWindow.Ticks));
        if (settings.Retention < shortest || settings.Retention > Longest)
        {
            problems.Add(
                $"Ledger__Retention is {settings.Retention}; it must be from {shortest.TotalDays:0.##} to {Longest.TotalDays:0} days: what the ledger forgets while a message still waits, or a repeated event is still known, could be told again."
            );
        }

        return settings;
    }
}
