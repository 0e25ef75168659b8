using Azure.Data.Tables;
using OrderFunctions.Ledger;

namespace OrderFunctions.App.Ledger;

/// <summary>A state record as a row of the ledger's table.</summary>
internal static class StateRow
{
    /// <summary>No order's: in an order's key, two hexadecimal digits follow each !.</summary>
    public const string Partition = "!state";

    private const string Json = "Json";

    public static TableEntity Row(StateRecord record)
    {
        var row = new TableEntity(Partition, record.Name);
        LedgerRow.SetBytes(row, Json, record.Json.ToArray());
        return LedgerRow.Signed(row);
    }

    public static StateRecord Record(TableEntity row) =>
        new(row.RowKey, LedgerRow.Bytes(row, Json)) { ETag = row.ETag.ToString() };
}
