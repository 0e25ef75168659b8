using System.Text.Json;

namespace OrderFunctions.Sandbox.Retrack;

/// <summary>
/// The two updates of a transaction (seeds: retrack-server-to-server). That an update can't move a transaction to
/// another order number is ours.
/// </summary>
internal static class RetrackUpdate
{
    /// <summary>The rejection that the body asks for, which is all that it may say.</summary>
    public static Func<RetrackTransaction, DateTimeOffset, RetrackTransaction> Rejection(
        JsonElement body,
        JsonElement status,
        List<string> problems
    )
    {
        if (status.ValueKind != JsonValueKind.String || status.GetString() != RetrackStatus.Rejected)
        {
            problems.Add("status must be \"rejected\".");
        }

        problems.AddRange(
            body.EnumerateObject()
                .Where(member => member.Name != "status")
                .Select(member => $"{member.Name} must not be sent along with status.")
        );
        return (known, now) =>
            known.Status == RetrackStatus.Rejected
                ? known
                : known with
                {
                    Status = RetrackStatus.Rejected,
                    StatusAt = now,
                };
    }

    /// <summary>"The endpoint accepts the same input as the creation endpoint"; the status stays.</summary>
    public static Func<RetrackTransaction, DateTimeOffset, RetrackTransaction> To(
        RetrackTransaction transaction,
        RetrackInput input,
        List<string> problems
    )
    {
        if (input.OrderNumber.Length > 0 && input.OrderNumber != transaction.OrderNumber)
        {
            problems.Add($"orderNumber must be that of the transaction, '{transaction.OrderNumber}'.");
        }

        return (known, _) =>
            known with
            {
                Event = input.Event,
                Click = input.Click,
                OrderSum = input.OrderSum,
                VatSum = input.VatSum,
                DiscountSum = input.DiscountSum,
                Currency = input.Currency,
                Products = input.Products,
            };
    }
}
