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
    public const string OrderId = "1001";

    private static readonly DateTimeOffset FirstMinute = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    /// <summary>The events that arrive at all.</summary>
    public IReadOnlyList<LifeEvent> Arriving => [.. Arrivals.Distinct().Select(index => Events[index])];

    public LifeEvent Newest => Arriving.Aggregate((newest, next) => next.IsNewerThan(newest) ? next : newest);

    public OrderEvent Event(LifeEvent lifeEvent) =>
        new(
            lifeEvent.Id,
            FirstMinute.AddMinutes(lifeEvent.Minute),
            null,
            new Order(
                OrderId,
                null,
                lifeEvent.Status,
                FirstMinute,
                Currency,
                lifeEvent.Total,
                null,
                0,
                0,
                0,
                0,
                [.. lifeEvent.CouponCodes.Select(code => new Discount(code, 1))],
                false,
                new Customer(null, lifeEvent.HasEmail ? "alex@example.com" : null, null, null),
                new Address(null, null, null, null, "SE"),
                null,
                [new OrderLine("sku", null, null, 1, lifeEvent.Total, null, 0, null, null)],
                new Loyalty(null, null, null)
            ),
            new Attribution(
                lifeEvent.HasTracking ? ["u-1"] : [],
                [],
                null,
                lifeEvent.HasTracking ? "59d08c54-18e6-4e0d-9c06-d18be3510e43" : null,
                null,
                "Mozilla/5.0",
                null,
                "https://store.example.com/thank_you",
                null,
                null,
                null
            )
        );

    public override string ToString() =>
        new StringBuilder()
            .AppendLine($"An order in {Currency}, {Workers} worker(s):")
            .AppendJoin("", Events.Select(lifeEvent => $"  {lifeEvent}\n"))
            .AppendLine($"arrives as {string.Join(", ", Arrivals.Select(index => Events[index].Id))}")
            .Append($"choices [{string.Join(", ", Choices)}]")
            .ToString();
}
