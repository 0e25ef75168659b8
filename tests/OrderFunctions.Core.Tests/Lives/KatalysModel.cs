using System.Text.Json;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Katalys;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>What bears the same order_id is merged, in the order received (seeds: katalys-order-status-reporting).</summary>
internal sealed class KatalysModel(Life life) : ProviderModel(life)
{
    private readonly Dictionary<string, string> _merged = [];

    public override Provider Provider { get; } =
        new KatalysProvider(new KatalysOptions { Enabled = true, SiteId = "store.example.com" });

    public override string? Belief =>
        _merged.Count == 0 ? null : Words(_merged["order_status"], decimal.Parse(_merged["sale_amount"], Invariant));

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    public override IEnumerable<string?> RightBeliefs(bool isParked)
    {
        var newest = Life.Newest;
        if (NeedNotKnow(lifeEvent => lifeEvent.HasEmail, isParked))
        {
            yield return null;
        }

        var status = newest.Status switch
        {
            OrderStatus.Pending => "pending",
            OrderStatus.Refunded => "refunded",
            OrderStatus.Cancelled => "cancelled",
            _ => "paid",
        };
        yield return Words(status, newest.Total);
    }

    protected override (int Status, string Body) Write(LifeEvent lifeEvent, string path, JsonElement body)
    {
        if (_merged.Count == 0 && !body.TryGetProperty("email_address", out _))
        {
            Violation($"{lifeEvent.Id} is the first that is told of the order, and has no e-mail address");
        }

        foreach (var field in body.EnumerateObject())
        {
            _merged[field.Name] = field.Value.ToString();
        }

        return (204, "");
    }

    private static string Words(string status, decimal amount) => $"{status} {amount:0.###}";
}
