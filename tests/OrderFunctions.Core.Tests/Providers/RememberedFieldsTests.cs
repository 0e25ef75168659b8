using System.Collections;
using System.Reflection;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.Providers.Retrack;

namespace OrderFunctions.Core.Tests.Providers;

/// <summary>
/// Of which field whose memory keeps what. The fields are read off the records, so that a new one fails here until it is
/// decided who keeps it; docs/privacy.md has the same table for people.
/// </summary>
public sealed class RememberedFieldsTests
{
    // The first letters of Duel, AvantLink, Retrack and Katalys.
    private static readonly Dictionary<string, string> KeptBy = new()
    {
        ["Customer.Id"] = "D",
        ["Customer.Email"] = "DK",
        ["Customer.IsNew"] = "DA",
        ["Customer.OrderCount"] = "AK",
        ["ShippingAddress.City"] = "K",
        ["ShippingAddress.Region"] = "AK",
        ["ShippingAddress.State"] = "AK",
        ["ShippingAddress.PostalCode"] = "K",
        ["ShippingAddress.Country"] = "AK",
        ["BillingAddress.City"] = "K",
        ["BillingAddress.Region"] = "AK",
        ["BillingAddress.State"] = "AK",
        ["BillingAddress.PostalCode"] = "K",
        ["BillingAddress.Country"] = "AK",
        ["Attribution.UserIds"] = "A",
        ["Attribution.VisitorIds"] = "A",
        ["Attribution.AvantLinkToken"] = "A",
        ["Attribution.RetrackClick"] = "R",
        ["Attribution.Affiliate"] = "D",
        ["Attribution.UserAgent"] = "AK",
        ["Attribution.IpAddress"] = "AK",
        ["Attribution.PageUrl"] = "A",
        ["Attribution.ReferrerUrl"] = "A",
        ["Attribution.GoogleClickId"] = "A",
        ["Attribution.CustomTrackingCode"] = "A",
        ["Providers"] = "DARK",
    };

    private static readonly Provider[] All =
    [
        new DuelProvider(new DuelOptions()),
        new AvantLinkProvider(new AvantLinkOptions()),
        new RetrackProvider(new RetrackOptions()),
        new KatalysProvider(new KatalysOptions()),
    ];

    [Fact]
    public void Each_field_is_remembered_for_those_who_get_it_and_for_nobody_else()
    {
        var everything = (Statement)Full(typeof(Statement));
        Assert.Equal(KeptBy.Keys.Order(), Fields(everything).Order());

        foreach (var provider in All)
        {
            var initial = char.ToUpperInvariant(provider.Name[0]);
            Assert.Equal(
                KeptBy.Where(field => field.Value.Contains(initial)).Select(field => field.Key).Order(),
                Fields(provider.Gets(everything)).Order()
            );
        }
    }

    [Fact]
    public void What_an_event_does_not_say_is_not_made_up()
    {
        var nothing = new Statement(new OrderVersion(DateTimeOffset.UnixEpoch, OrderStatus.Paid, "e"));

        Assert.All(All, provider => Assert.True(provider.Gets(nothing).IsEmpty, provider.Name));
    }

    [Fact]
    public void That_an_order_came_from_nowhere_is_remembered_for_everybody()
    {
        var known = new Statement(new OrderVersion(DateTimeOffset.UnixEpoch, OrderStatus.Paid, "e"))
        {
            Attribution = Attribution.None,
        };

        Assert.All(All, provider => Assert.NotNull(provider.Gets(known).Attribution));
    }

    // Each field that has a value, by its path; the version alone is no statement.
    private static IEnumerable<string> Fields(object of, string path = "") =>
        Properties(of.GetType())
            .SelectMany(property =>
                property.GetValue(of) switch
                {
                    null => [],
                    IEnumerable and not string and var texts => ((IEnumerable)texts).Cast<object>().Any()
                        ? [path + property.Name]
                        : [],
                    var value when IsRecord(property.PropertyType) => Fields(value, $"{path}{property.Name}."),
                    _ => (string[])[path + property.Name],
                }
            );

    private static object Full(Type type)
    {
        var version = new OrderVersion(DateTimeOffset.UnixEpoch, OrderStatus.Paid, "e");
        var constructor = type.GetConstructors().Single();
        var made = constructor.Invoke([
            .. constructor
                .GetParameters()
                .Select(parameter =>
                    parameter.ParameterType == typeof(OrderVersion) ? version : Value(parameter.ParameterType)
                ),
        ]);
        foreach (var property in Properties(type))
        {
            property.SetValue(made, Value(property.PropertyType));
        }

        return made;
    }

    private static object Value(Type type) =>
        type == typeof(string) ? "x"
        : type == typeof(bool?) ? true
        : type == typeof(int?) ? 1
        : type == typeof(IReadOnlyList<string>) ? new[] { "x" }
        : IsRecord(type) ? Full(type)
        : throw new NotSupportedException($"A {type} is remembered: say here what a value of it may be.");

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && property.PropertyType != typeof(OrderVersion));

    private static bool IsRecord(Type type) => type.Namespace == typeof(Statement).Namespace && type.IsClass;
}
