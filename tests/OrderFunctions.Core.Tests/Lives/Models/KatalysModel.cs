using System.Text.Json;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Katalys;

namespace OrderFunctions.Core.Tests.Lives.Models;

/// <summary>What bears the same order_id is merged, in the order received (seeds: katalys-order-status-reporting).</summary>
internal sealed class KatalysModel(Life life) : ProviderModel(life)
{
    private readonly Dictionary<string, string> _merged = [];

    private bool IsEmailStated => Life.Arriving.Any(lifeEvent => lifeEvent is { HasEmail: true, IsBare: false });

    public override Provider Provider { get; } =
        new KatalysProvider(
            new KatalysOptions
            {
                Enabled = true,
                SiteId = "store.example.com",
                TellPending = life.TellPending,
            }
        );

    public override string? Belief =>
        _merged.Count == 0
            ? null
            : Words(
                _merged["order_status"],
                _merged.TryGetValue("sale_amount", out var amount) ? decimal.Parse(amount, Invariant) : null,
                _merged.ContainsKey("email_address"),
                _merged.ContainsKey("user_agent")
            );

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    public override IEnumerable<string?> RightBeliefs(bool isParked)
    {
        // What it was told before stays so.
        if (IsExcluded || IsPendingUntold)
        {
            yield return Belief;
        }

        var newest = Life.Newest;

        // Of an order that came to nothing before Katalys was told of it, it need not be told.
        if (newest.IsVoid)
        {
            yield return null;
        }

        // A person has been told, or nothing is to be paid for yet.
        if (!IsEmailStated && !newest.IsVoid)
        {
            yield return Belief;
        }

        var status = newest.Status switch
        {
            OrderStatus.Pending => "pending",
            OrderStatus.Refunded => "refunded",
            OrderStatus.Cancelled => "cancelled",
            _ => "paid",
        };
        // Of a void order only the status matters, and nobody waits for the rest of it.
        if (newest.IsVoid)
        {
            yield return _merged.GetValueOrDefault("order_status") == status ? Belief : status;
        }
        else
        {
            yield return Words(status, newest.Total, IsEmailStated, IsOriginStated);
            if (IsOriginDenied)
            {
                // The event that denied it was whole, and is not told again.
                yield return Words(status, newest.Total, IsEmailStated, hasBrowser: false);
            }
        }
    }

    protected override (int Status, string Body) Write(LifeEvent lifeEvent, string path, JsonElement body)
    {
        foreach (var field in body.EnumerateObject())
        {
            _merged[field.Name] = field.Value.ToString();
        }

        return (204, "");
    }

    private static string Words(string status, decimal? amount, bool hasEmail, bool hasBrowser) =>
        $"{status} {amount:0.###}{(hasEmail ? ", e-mail" : "")}{(hasBrowser ? ", browser" : "")}";
}
