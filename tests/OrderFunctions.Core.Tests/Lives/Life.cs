using System.Text;
using OrderFunctions.Orders;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>
/// An order's life as it is told to one provider: its events, how they arrive, and every accident on the way. The same
/// life always runs the same way.
/// </summary>
/// <param name="Arrivals">Which event arrives next, by its place in <paramref name="Events"/>; twice: a duplicate.</param>
/// <param name="Choices">
/// What happens next wherever anything may happen; when they are used up, all goes well until nothing is left to do.
/// </param>
internal sealed record Life(
    string Currency,
    IReadOnlyList<LifeEvent> Events,
    IReadOnlyList<int> Arrivals,
    int Workers,
    IReadOnlyList<int> Choices
)
{
    /// <summary>Whether the provider is told of orders that are not paid yet.</summary>
    public bool TellPending { get; init; } = true;

    public const string OrderId = "1001";

    /// <summary>A provider that is not the life's.</summary>
    public const string OtherProvider = "other";

    private static readonly DateTimeOffset FirstMinute = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The events that arrive at all.</summary>
    public IReadOnlyList<LifeEvent> Arriving => [.. Arrivals.Distinct().Select(index => Events[index])];

    public LifeEvent Newest => Arriving.Newest()!;

    public OrderEvent Event(LifeEvent lifeEvent, string provider)
    {
        var isBare = lifeEvent.IsBare;
        var order = new Order(
            OrderId,
            null,
            lifeEvent.Status,
            isBare ? null : FirstMinute,
            isBare ? null : Currency,
            isBare ? null : lifeEvent.Total,
            null,
            isBare ? null : 0,
            0,
            0,
            0,
            [.. lifeEvent.CouponCodes.Where(_ => !isBare).Select(code => new Discount(code, 1))],
            false,
            new Customer(null, lifeEvent.HasEmail && !isBare ? "alex@example.com" : null, null, null),
            isBare ? Address.Unknown : new Address(null, null, null, null, "SE"),
            null,
            isBare ? [] : [new OrderLine("sku", null, null, 1, lifeEvent.Total, null, 0, null, null)],
            new Loyalty(null, null, null)
        );
        return new OrderEvent(
            lifeEvent.Id,
            FirstMinute.AddMinutes(lifeEvent.Minute),
            lifeEvent.Consent switch
            {
                Consent.Included => [provider],
                Consent.Excluded => [OtherProvider],
                _ => null,
            },
            order,
            AttributionOf(lifeEvent)
        )
        {
            AcceptedAt = FirstMinute.AddSeconds(lifeEvent.Accepted),
        };
    }

    private static Attribution? AttributionOf(LifeEvent lifeEvent) =>
        (lifeEvent.IsBare ? Origin.Unsaid : lifeEvent.Origin) switch
        {
            Origin.Stated => Attribution.None with
            {
                UserIds = ["u-1"],
                RetrackClick = "59d08c54-18e6-4e0d-9c06-d18be3510e43",
                UserAgent = "Mozilla/5.0",
                PageUrl = "https://store.example.com/thank_you",
            },
            Origin.None => Attribution.None,
            _ => null,
        };

    public override string ToString() =>
        new StringBuilder()
            .AppendLine($"An order in {Currency}, {Workers} worker(s){(TellPending ? "" : ", pending not told")}:")
            .AppendJoin("", Events.Select(lifeEvent => $"  {lifeEvent}\n"))
            .AppendLine($"arrives as {string.Join(", ", Arrivals.Select(index => Events[index].Id))}")
            .Append($"choices [{string.Join(", ", Choices)}]")
            .ToString();
}

internal static class LifeEvents
{
    /// <summary>Null: there are none.</summary>
    public static LifeEvent? Newest(this IEnumerable<LifeEvent> events) =>
        events.Aggregate(
            (LifeEvent?)null,
            (newest, next) => newest is null || next.IsNewerThan(newest) ? next : newest
        );
}
