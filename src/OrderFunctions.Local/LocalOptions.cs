using OrderFunctions.Bus;
using OrderFunctions.Journaling;
using OrderFunctions.Ledger;

namespace OrderFunctions.Local;

/// <summary>Local__...: the settings that only the local host has.</summary>
public sealed class LocalOptions
{
    private const string KeyRule =
        "must be of ASCII letters, digits and signs, without spaces: no HTTP header takes others.";

    /// <summary>The key of the routes under /api; without this and further ones they are open, to this machine only.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Further keys by name: one for each caller, so that each is changed without the others.</summary>
    public Dictionary<string, string> ApiKeys { get; set; } = [];

    /// <summary>How many requests under /api a key may make in a minute; unset: as many as it likes.</summary>
    public int? KeyRequestsPerMinute { get; set; }

    /// <summary>How many requests an address (of IPv6 a network) may make in a minute, health apart; unset: as many as it likes.</summary>
    public int? AddressRequestsPerMinute { get; set; }

    /// <summary>Runs the sandbox, and points every provider at it whose BaseUrl is unset.</summary>
    public bool Sandbox { get; set; } = true;

    /// <summary>Where the sandbox listens.</summary>
    public string SandboxUrl { get; set; } = "http://127.0.0.1:7072";

    /// <summary>The journal's folder; unset: one in the user's local application data.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>How long an event that came before is dropped.</summary>
    public TimeSpan DuplicateWindow { get; set; } = Entities.DuplicateWindow;

    /// <summary>What Ledger__Retention was called: no setting any more, and told at the start.</summary>
    public string? LedgerRetention { get; set; }

    /// <summary>What is contradictory, a sentence each.</summary>
    public IEnumerable<string> Problems()
    {
        if (!string.IsNullOrEmpty(ApiKey) && !IsKey(ApiKey))
        {
            yield return $"Local__ApiKey {KeyRule}";
        }

        foreach (var name in ApiKeys.Where(key => !IsKey(key.Value)).Select(key => key.Key))
        {
            yield return $"Local__ApiKeys__{name} {KeyRule}";
        }

        if (KeyRequestsPerMinute < 1)
        {
            yield return $"Local__KeyRequestsPerMinute is {KeyRequestsPerMinute}; it must be at least 1.";
        }

        if (AddressRequestsPerMinute < 1)
        {
            yield return $"Local__AddressRequestsPerMinute is {AddressRequestsPerMinute}; it must be at least 1.";
        }

        if (DuplicateWindow <= TimeSpan.Zero)
        {
            yield return "Local__DuplicateWindow must be longer than nothing, such as 7.00:00:00.";
        }

        if (LedgerRetention is not null)
        {
            yield return "Local__LedgerRetention is called Ledger__Retention now, on both hosts: rename it.";
        }

        if (DataDirectory?.Contains('\0', StringComparison.Ordinal) == true)
        {
            yield return "Local__DataDirectory has a null character in it: it must be the path of a folder.";
        }
        else if (Folder().Length == 0)
        {
            yield return "Local__DataDirectory must be set: this user has no folder for local application data.";
        }
    }

    private static bool IsKey(string? key) => key is { Length: > 0 } && key.All(letter => letter is > ' ' and <= '~');

    internal JournalOptions JournalOptions(LedgerOptions ledger) =>
        new(Folder())
        {
            DuplicateWindow = DuplicateWindow,
            LedgerRetention = ledger.Retention,
            RememberFor = ledger.RememberFor,
        };

    /// <summary>
    /// Where the journal is. Unset, a host with the sandbox has another than one without: what the sandbox was told,
    /// the platforms were not.
    /// </summary>
    public string Folder()
    {
        if (!string.IsNullOrEmpty(DataDirectory))
        {
            return Path.GetFullPath(DataDirectory);
        }

        var data = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify
        );
        return data.Length == 0 ? "" : Path.Combine(data, "OrderFunctions", Sandbox ? "sandbox" : "live");
    }
}
