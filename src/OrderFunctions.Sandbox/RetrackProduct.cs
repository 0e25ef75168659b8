namespace OrderFunctions.Sandbox;

/// <summary>A product of a transaction (seeds: retrack-server-to-server).</summary>
/// <param name="Event">The event that overrides the transaction's, if sent.</param>
/// <param name="Reference">The shop's own reference.</param>
/// <param name="Quantity">At least 1.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Price">Of one, in minor units, without VAT.</param>
/// <param name="Vat">In minor units.</param>
public sealed record RetrackProduct(Guid? Event, string Reference, long Quantity, string Name, long Price, long Vat);
