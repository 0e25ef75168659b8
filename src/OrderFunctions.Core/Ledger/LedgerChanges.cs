namespace OrderFunctions.Ledger;

public static class LedgerChanges
{
    /// <summary>Changes an entry, again and again until nobody else's change came in between.</summary>
    /// <param name="change">Gets the entry as it stands (null: there is none); returns null to leave it so.</param>
    public static async Task ChangeAsync(
        this ILedger ledger,
        string orderId,
        string provider,
        Func<LedgerEntry?, LedgerEntry?> change,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var entry = await ledger.FindAsync(orderId, provider, cancellationToken);
            if (change(entry) is not { } changed || await ledger.TrySaveAsync(changed, cancellationToken))
            {
                return;
            }
        }
    }
}
