namespace OrderFunctions.Sandbox.Duel;

internal enum DuelWrite
{
    /// <summary>POST to the collection.</summary>
    Create,

    /// <summary>POST to an order.</summary>
    Update,

    /// <summary>PUT to an order.</summary>
    Upsert,
}
