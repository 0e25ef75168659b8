using Microsoft.Azure.Functions.Worker;
using OrderFunctions.App.Ledger;

namespace OrderFunctions.App.Functions;

/// <summary>Lets the ledger forget.</summary>
public sealed class LedgerFunctions(LedgerExpiry expiry)
{
    /// <summary>Once a day, at half past three (UTC), when most shops are quiet.</summary>
    [Function("ExpireLedger")]
    public Task ExpireAsync([TimerTrigger("0 30 3 * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        expiry.RunAsync(cancellationToken);
}
