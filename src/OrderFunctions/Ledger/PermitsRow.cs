using System.Text.Json;
using Azure.Data.Tables;
using OrderFunctions.Ledger;

namespace OrderFunctions.App.Ledger;

/// <summary>A provider's permits as a row of the ledger's table.</summary>
internal static class PermitsRow
{
    /// <summary>No order's: in an order's key, two hexadecimal digits follow each !.</summary>
    public const string Partition = "!permits";

    private const string Taken = "Taken";

    public static TableEntity Row(Permits permits)
    {
        var row = new TableEntity(Partition, permits.Provider);
        LedgerRow.SetBytes(
            row,
            Taken,
            JsonSerializer.SerializeToUtf8Bytes(permits.Taken, LedgerJson.Default.IReadOnlyListTakenPermits)
        );
        return LedgerRow.Signed(row);
    }

    public static Permits Permits(TableEntity row) =>
        new(
            row.RowKey,
            JsonSerializer.Deserialize(LedgerRow.Bytes(row, Taken), LedgerJson.Default.IReadOnlyListTakenPermits)!
        )
        {
            ETag = row.ETag.ToString(),
        };
}
