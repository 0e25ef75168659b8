using System.Text.Json;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Duel;

namespace OrderFunctions.Core.Tests.Lives.Models;

/// <summary>PUT creates or updates; a total of 0 cancels (seeds: duel-*).</summary>
internal sealed class DuelModel(Life life) : ProviderModel(life)
{
    private string? _belief;

    public override Provider Provider { get; } =
        new DuelProvider(new DuelOptions { Enabled = true, TellPending = life.TellPending });

    public override string? Belief => _belief;

    public override IEnumerable<string?> RightBeliefs(bool isParked)
    {
        // What it was told before stays so.
        if (IsExcluded || IsPendingUntold)
        {
            yield return Belief;
        }

        var newest = Life.Newest;

        // Of an order that came to nothing before Duel was told of it, it need not be told.
        if (newest.IsVoid)
        {
            yield return null;
        }

        yield return Words(newest.IsVoid ? 0 : newest.Total, newest.CouponCodes);
    }

    protected override (int Status, string Body) Write(LifeEvent lifeEvent, string path, JsonElement body)
    {
        var total = body.GetProperty("total").GetDecimal();
        string[] codes = body.TryGetProperty("promo", out var promo)
            ? promo.ValueKind == JsonValueKind.Array
                ? [.. promo.EnumerateArray().Select(code => code.GetString()!)]
                : [promo.GetString()!]
            : [];
        if (body.TryGetProperty("currency", out var currency) && currency.GetString() != Life.Currency)
        {
            Violation("another currency");
        }

        _belief = Words(total, codes);
        return (200, """{"status":"success"}""");
    }

    // What a cancelled order's coupons were is of no account.
    private static string Words(decimal total, IEnumerable<string> codes) =>
        total == 0 ? "cancelled" : $"{total:0.###} by {string.Join('+', codes)}";
}
