using System.Collections.Concurrent;

namespace OrderFunctions.Sandbox.Duel;

/// <summary>The orders that Duel knows.</summary>
internal sealed class DuelOrders
{
    private readonly ConcurrentDictionary<string, DuelOrder> _orders = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();

    public DuelOrder? Find(string id) => _orders.GetValueOrDefault(id);

    public void Clear() => _orders.Clear();

    /// <summary>
    /// Writes the order and returns null, or says why not. The 404 and the 409 are ours: the document does not say what an
    /// update by POST of an unknown order, or a second creation, leads to.
    /// </summary>
    public (int Status, string Problem)? Write(DuelOrder sent, DuelWrite write)
    {
        lock (_writing)
        {
            var known = Find(sent.Order);
            switch (known, write)
            {
                case (null, DuelWrite.Update):
                    return (404, $"There is no order '{sent.Order}'.");
                case (not null, DuelWrite.Create):
                    return (409, $"There is an order '{sent.Order}' already; update it.");
            }

            _orders[sent.Order] = known is null ? sent : Merge(known, sent);
            return null;
        }
    }

    // "not strictly necessary for updates as they have already been captured in order creation"
    private static DuelOrder Merge(DuelOrder known, DuelOrder sent) =>
        sent with
        {
            Currency = sent.Currency ?? known.Currency,
            Email = sent.Email ?? known.Email,
            TotalGross = sent.TotalGross ?? known.TotalGross,
            Promo = sent.Promo.Count > 0 ? sent.Promo : known.Promo,
            CustomerId = sent.CustomerId ?? known.CustomerId,
            NewCustomer = sent.NewCustomer || known.NewCustomer,
            InStore = sent.InStore || known.InStore,
            Affiliate = sent.Affiliate ?? known.Affiliate,
            Points = sent.Points ?? known.Points,
            Commission = sent.Commission ?? known.Commission,
            CommissionCurrency = sent.CommissionCurrency ?? known.CommissionCurrency,
            Writes = known.Writes + 1,
        };
}

/// <summary>How an order is written.</summary>
internal enum DuelWrite
{
    /// <summary>POST to the collection.</summary>
    Create,

    /// <summary>POST to an order.</summary>
    Update,

    /// <summary>PUT to an order.</summary>
    Upsert,
}
