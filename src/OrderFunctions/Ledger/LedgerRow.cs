using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;

namespace OrderFunctions.App.Ledger;

/// <summary>
/// A ledger entry as a table's row: a column for each fact, so that any table tool can look for them, and the
/// attempts as JSON.
/// </summary>
internal static class LedgerRow
{
    /// <summary>The column of <see cref="LedgerEntry.RemembersSince"/>, for filters.</summary>
    public const string RemembersSince = nameof(LedgerEntry.RemembersSince);

    /// <summary>The column that a row has since <see cref="Forget"/>: when its entry had last changed.</summary>
    public const string ChangedAt = "ChangedAt";

    // Of the 1 MiB that a row may have; the rest is for columns that are no JSON, and for all columns' names.
    private const int MostJsonBytes = 960 * 1024;

    private const int MostAttemptBytes = 512 * 1024;

    // The most that a column takes.
    private const int ColumnBytes = 64 * 1024;

    private const string Save = "Save";
    private const string Attempts = "Attempts";

    // Columns keep the names they began with.
    private const string Told = "Told";
    private const string Uncertain = "Uncertain";
    private const string Settled = "Settled";
    private const string Begun = "Begun";
    private const string Overtook = "Overtook";
    private const string AcceptedAt = "AcceptedAt";

    private static readonly LedgerJson Json = new(
        new JsonSerializerOptions(LedgerJson.Default.Options)
        {
            // As on the bus, so that an event takes no more room here than there.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static TableEntity Row(LedgerEntry entry)
    {
        var row = new TableEntity(PartitionKey(entry.OrderId), entry.Provider)
        {
            [nameof(LedgerEntry.OrderId)] = entry.OrderId,
            [nameof(LedgerEntry.State)] = entry.State.ToString(),
            [Told] = entry.Delivered,
            [Uncertain] = entry.MayHaveArrived,
            [Overtook] = entry.StartedOverAnother,
        };
        SetVersion(row, "", entry.Version);
        Set(row, nameof(LedgerEntry.Reason), entry.Reason);
        Set(row, nameof(LedgerEntry.Reference), entry.Reference);
        Set(row, nameof(LedgerEntry.NextAttemptAt), Text(entry.NextAttemptAt));
        Set(row, nameof(Claim.Holder), entry.Claim?.Holder);
        Set(row, nameof(Claim.Until), Text(entry.Claim?.Until));
        SetVersion(row, Settled, entry.Concluded);
        SetVersion(row, Begun, entry.Started);
        SetVersion(row, nameof(LedgerEntry.First), entry.First);
        Set(row, RemembersSince, entry.RemembersSince?.ToUniversalTime());
        Set(row, nameof(LedgerEntry.LeftAt), entry.LeftAt is { } leftAt ? NotBefore1601(leftAt) : null);
        SetJson(row, nameof(LedgerEntry.Memory), entry.Memory, Json.OrderMemory);
        SetJson(row, nameof(LedgerEntry.Incomplete), entry.Incomplete, Json.IncompleteEvent);
        SetJson(row, nameof(LedgerEntry.ToldLast), entry.ToldLast, Json.ToldOrder);
        SetJson(row, nameof(LedgerEntry.Left), entry.Left, Json.ToldGoods);
        SetJson(row, nameof(LedgerEntry.Returned), entry.Returned, Json.ToldGoods);
        SetBytes(
            row,
            Attempts,
            AttemptsOf(entry, MostJsonBytes - row.Sum(column => column.Value is byte[] json ? json.Length : 0))
        );
        return Signed(row);
    }

    public static LedgerEntry Entry(TableEntity row) =>
        new(
            row.GetString(nameof(LedgerEntry.OrderId)),
            row.RowKey,
            Version(row, "")!,
            Enum.Parse<DeliveryState>(row.GetString(nameof(LedgerEntry.State)))
        )
        {
            Delivered = row.GetBoolean(Told) ?? false,
            MayHaveArrived = row.GetBoolean(Uncertain) ?? false,
            StartedOverAnother = row.GetBoolean(Overtook) ?? false,
            Reason = row.GetString(nameof(LedgerEntry.Reason)),
            Reference = row.GetString(nameof(LedgerEntry.Reference)),
            NextAttemptAt = Time(row, nameof(LedgerEntry.NextAttemptAt)),
            Concluded = Version(row, Settled),
            Started = Version(row, Begun),
            First = Version(row, nameof(LedgerEntry.First)),
            LeftAt = row.GetDateTimeOffset(nameof(LedgerEntry.LeftAt)),
            Memory = FromJson(row, nameof(LedgerEntry.Memory), Json.OrderMemory),
            Incomplete = FromJson(row, nameof(LedgerEntry.Incomplete), Json.IncompleteEvent),
            ToldLast = FromJson(row, nameof(LedgerEntry.ToldLast), Json.ToldOrder),
            Left = FromJson(row, nameof(LedgerEntry.Left), Json.ToldGoods),
            Returned = FromJson(row, nameof(LedgerEntry.Returned), Json.ToldGoods),
            Claim =
                row.GetGuid(nameof(Claim.Holder)) is { } holder && Time(row, nameof(Claim.Until)) is { } until
                    ? new Claim(holder, until)
                    : null,
            Attempts = AttemptsOf(row),
            ETag = row.ETag.ToString(),
        };

    /// <summary>
    /// The row without what expires. To forget is no change of the entry, but Table storage sets Timestamp anew whenever a
    /// row is written: the row keeps what it was.
    /// </summary>
    public static TableEntity Forget(TableEntity row)
    {
        var forgotten = Row(Entry(row).Forget());
        forgotten[ChangedAt] = LastChange(row);
        return forgotten;
    }

    /// <summary>When the row's entry last changed.</summary>
    public static DateTimeOffset? LastChange(TableEntity row) => row.GetDateTimeOffset(ChangedAt) ?? row.Timestamp;

    /// <summary>In UTC; the first time that Table storage knows where it is an earlier one.</summary>
    public static DateTimeOffset NotBefore1601(DateTimeOffset time)
    {
        var first = new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return time > first ? time.ToUniversalTime() : first;
    }

    /// <summary>Marks what is to be saved, for <see cref="IsSameSave"/>.</summary>
    public static TableEntity Signed(TableEntity row)
    {
        row[Save] = Guid.NewGuid();
        return row;
    }

    /// <summary>Whether the saved row is the very one that was to be saved.</summary>
    public static bool IsSameSave(TableEntity row, TableEntity saved) => row.GetGuid(Save) == saved.GetGuid(Save);

    /// <summary>
    /// The order id with ! and two hexadecimal digits for what a key can't have (/ \ # ? and control characters) and
    /// for what filters and tools stumble over. At most 384 characters for an id of 128; a key takes 512.
    /// </summary>
    public static string PartitionKey(string orderId)
    {
        var key = new StringBuilder(orderId.Length);
        foreach (var character in orderId)
        {
            _ =
                char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or >= '\u00a0'
                    ? key.Append(character)
                    : key.Append(CultureInfo.InvariantCulture, $"!{(int)character:X2}");
        }

        return key.ToString();
    }

    /// <summary>Sets as many columns as the bytes need.</summary>
    public static void SetBytes(TableEntity row, string name, byte[] bytes)
    {
        for (var column = 0; column * ColumnBytes < bytes.Length; column++)
        {
            var from = column * ColumnBytes;
            row[$"{name}{column}"] = bytes[from..Math.Min(from + ColumnBytes, bytes.Length)];
        }
    }

    public static byte[] Bytes(TableEntity row, string name)
    {
        using var bytes = new MemoryStream();
        for (var column = 0; row.GetBinary($"{name}{column}") is { } part; column++)
        {
            bytes.Write(part);
        }

        return bytes.ToArray();
    }

    // The newest that fit.
    private static byte[] AttemptsOf(LedgerEntry entry, int room)
    {
        for (var kept = entry.Attempts; kept.Count > 0; kept = [.. kept.Skip((kept.Count + 1) / 2)])
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(kept, Json.IReadOnlyListAttempt);
            if (json.Length <= Math.Min(room, MostAttemptBytes))
            {
                return json;
            }
        }

        return [];
    }

    private static IReadOnlyList<Attempt> AttemptsOf(TableEntity row) =>
        Bytes(row, Attempts) is { Length: > 0 } json
            ? JsonSerializer.Deserialize(json, Json.IReadOnlyListAttempt)!
            : [];

    // Times keep their offset only as text.
    private static void SetVersion(TableEntity row, string prefix, OrderVersion? version)
    {
        Set(row, prefix + nameof(OrderVersion.OccurredAt), Text(version?.OccurredAt));
        Set(row, prefix + nameof(OrderVersion.Status), version?.Status.ToString());
        Set(row, prefix + nameof(OrderVersion.EventId), version?.EventId);
        Set(row, prefix + AcceptedAt, Text(version?.AcceptedAt));
    }

    private static OrderVersion? Version(TableEntity row, string prefix) =>
        Time(row, prefix + nameof(OrderVersion.OccurredAt)) is { } occurredAt
            ? new OrderVersion(
                occurredAt,
                Enum.Parse<OrderStatus>(row.GetString(prefix + nameof(OrderVersion.Status))),
                row.GetString(prefix + nameof(OrderVersion.EventId))
            )
            {
                AcceptedAt = Time(row, prefix + AcceptedAt),
            }
            : null;

    private static void SetJson<T>(TableEntity row, string name, T? value, JsonTypeInfo<T> type)
        where T : class
    {
        if (value is not null)
        {
            SetBytes(row, name, JsonSerializer.SerializeToUtf8Bytes(value, type));
        }
    }

    private static T? FromJson<T>(TableEntity row, string name, JsonTypeInfo<T> type)
        where T : class => Bytes(row, name) is { Length: > 0 } json ? JsonSerializer.Deserialize(json, type) : null;

    private static void Set(TableEntity row, string column, object? value)
    {
        if (value is not null)
        {
            row[column] = value;
        }
    }

    private static string? Text(DateTimeOffset? time) => time?.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(TableEntity row, string column) =>
        row.GetString(column) is { } text
            ? DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)
            : null;
}
