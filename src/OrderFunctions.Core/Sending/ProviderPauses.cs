using System.Text.Json.Serialization;
using OrderFunctions.Ledger;

namespace OrderFunctions.Sending;

/// <summary>
/// Which providers a person has paused. All instances share one record of it, which outlives them; each reads it again
/// after <see cref="Validity"/>. Where it can't be had, what was known last holds.
/// </summary>
public sealed class ProviderPauses(IStateStore store, SendingLog log, TimeProvider timeProvider)
{
    /// <summary>How long after a change another instance may not know of it yet.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromSeconds(10);

    private const string RecordName = "pauses";

    private readonly Lock _gate = new();
    private Dictionary<string, Pause>? _known;
    private long _readAt;
    private int _reads;

    /// <summary>This instance has learned of a pause or of a pause's end.</summary>
    public event Action? Changed;

    /// <returns>Null: the provider is not paused.</returns>
    /// <exception cref="LedgerUnavailableException">The record can't be had, and never could: nobody knows.</exception>
    public async ValueTask<Pause?> FindAsync(string provider, CancellationToken cancellationToken) =>
        (await AllAsync(cancellationToken)).GetValueOrDefault(provider);

    /// <summary>Every pause by its provider's name.</summary>
    /// <exception cref="LedgerUnavailableException">The record can't be had, and never could: nobody knows.</exception>
    public async ValueTask<IReadOnlyDictionary<string, Pause>> AllAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, Pause>? known;
        int read;
        lock (_gate)
        {
            known = _known;
            if (known is not null && timeProvider.GetElapsedTime(_readAt) < Validity)
            {
                return known;
            }

            // Whoever comes while this one reads goes by what was known.
            _readAt = timeProvider.GetTimestamp();
            read = ++_reads;
        }

        try
        {
            var found = await store.FindAsync(RecordName, PausesJson.Default.Pauses, cancellationToken);
            return Learn(found ?? [], read);
        }
        catch (LedgerUnavailableException error) when (known is not null)
        {
            log.LedgerUnavailable(error);
            return known;
        }
    }

    /// <summary>Whether the provider is paused, by what is known now.</summary>
    public bool IsPaused(string provider)
    {
        lock (_gate)
        {
            return _known?.ContainsKey(provider) == true;
        }
    }

    /// <returns>Whether it was not paused before. A pause that there is keeps its beginning and gets the note.</returns>
    /// <exception cref="LedgerUnavailableException">Nothing was changed, or nobody knows.</exception>
    public async Task<bool> PauseAsync(string provider, string? note, CancellationToken cancellationToken)
    {
        var isNew = false;
        var now = timeProvider.GetUtcNow();
        await ChangeAsync(
            found =>
            {
                var before = found.GetValueOrDefault(provider);
                isNew = before is null;
                return new(found) { [provider] = new Pause(before?.Since ?? now, note) };
            },
            cancellationToken
        );
        return isNew;
    }

    /// <returns>Whether it was paused.</returns>
    /// <exception cref="LedgerUnavailableException">Nothing was changed, or nobody knows.</exception>
    public async Task<bool> ResumeAsync(string provider, CancellationToken cancellationToken)
    {
        var wasPaused = false;
        await ChangeAsync(
            found =>
            {
                var rest = new Dictionary<string, Pause>(found);
                wasPaused = rest.Remove(provider);
                return wasPaused ? rest : null;
            },
            cancellationToken
        );
        return wasPaused;
    }

    private async Task ChangeAsync(
        Func<Dictionary<string, Pause>, Dictionary<string, Pause>?> change,
        CancellationToken cancellationToken
    )
    {
        var changed = await store.ChangeAsync(
            RecordName,
            PausesJson.Default.Pauses,
            found => change(found ?? []),
            cancellationToken
        );
        int read;
        lock (_gate)
        {
            // A read that is under way may have found the record as it was before.
            read = ++_reads;
            _readAt = timeProvider.GetTimestamp();
        }

        Learn(changed ?? [], read);
    }

    private Dictionary<string, Pause> Learn(Dictionary<string, Pause> found, int read)
    {
        bool isChange;
        lock (_gate)
        {
            if (read != _reads && _known is { } newer)
            {
                return newer;
            }

            isChange = _known is null ? found.Count > 0 : !_known.Keys.ToHashSet().SetEquals(found.Keys);
            _known = found;
        }

        if (isChange)
        {
            Changed?.Invoke();
        }

        return found;
    }
}

/// <param name="Note">What the person who paused the provider had to say.</param>
public sealed record Pause(DateTimeOffset Since, string? Note)
{
    /// <summary>How long a note may be, in UTF-16 code units.</summary>
    public const int MostNoteCharacters = 1000;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Dictionary<string, Pause>), TypeInfoPropertyName = "Pauses")]
internal sealed partial class PausesJson : JsonSerializerContext;
