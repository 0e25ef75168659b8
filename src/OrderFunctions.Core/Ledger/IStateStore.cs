using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrderFunctions.Ledger;

/// <summary>
/// What all instances share that is no order's: small records, each with a name. Beside the ledger, in the same store;
/// kept until it is changed. Every method throws <see cref="LedgerUnavailableException"/> where that can't be had.
/// </summary>
public interface IStateStore
{
    /// <param name="name">Lower-case letters, digits and hyphens, at most 64.</param>
    Task<StateRecord?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Saves the record if it is still as it was read (its ETag; null: there was none).</summary>
    /// <returns>The record with its new ETag; null where another has saved it since: read it again.</returns>
    Task<StateRecord?> TrySaveAsync(StateRecord record, CancellationToken cancellationToken);
}

/// <param name="Json">UTF-8; at most <see cref="MostBytes"/>.</param>
public sealed record StateRecord(string Name, ReadOnlyMemory<byte> Json)
{
    /// <summary>What every store takes: a table's row holds 1 MiB.</summary>
    public const int MostBytes = 900_000;

    private const int MostNameCharacters = 64;

    /// <summary>The version that compare-and-set compares; null: not saved yet.</summary>
    public string? ETag { get; init; }

    /// <summary>Every store refuses what another would.</summary>
    /// <exception cref="ArgumentException">The name or the JSON is too long, or the name has other letters.</exception>
    public void ThrowIfInvalid()
    {
        if (
            Name.Length is 0 or > MostNameCharacters
            || !Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-')
        )
        {
            throw new ArgumentException($"'{Name}' is no name of a state record.");
        }

        if (Json.Length is 0 or > MostBytes)
        {
            throw new ArgumentException($"The state record {Name} has {Json.Length} bytes; {MostBytes} is the most.");
        }
    }
}

public static class StateChanges
{
    /// <returns>The value of the record of that name; null: there is none.</returns>
    public static async Task<T?> FindAsync<T>(
        this IStateStore store,
        string name,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
        where T : class => Value(await store.FindAsync(name, cancellationToken), type);

    /// <summary>Changes a value, again and again until nobody else's change came in between.</summary>
    /// <param name="change">Gets the value as it stands (null: there is none); returns null to leave it so.</param>
    /// <returns>The value as it stands now.</returns>
    public static async Task<T?> ChangeAsync<T>(
        this IStateStore store,
        string name,
        JsonTypeInfo<T> type,
        Func<T?, T?> change,
        CancellationToken cancellationToken
    )
        where T : class
    {
        while (true)
        {
            var record = await store.FindAsync(name, cancellationToken);
            var value = Value(record, type);
            if (change(value) is not { } changed)
            {
                return value;
            }

            var saved = new StateRecord(name, JsonSerializer.SerializeToUtf8Bytes(changed, type))
            {
                ETag = record?.ETag,
            };
            if (await store.TrySaveAsync(saved, cancellationToken) is not null)
            {
                return changed;
            }
        }
    }

    private static T? Value<T>(StateRecord? record, JsonTypeInfo<T> type)
        where T : class => record is null ? null : JsonSerializer.Deserialize(record.Json.Span, type);
}
