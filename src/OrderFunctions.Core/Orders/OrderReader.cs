using System.Text.Json;
using OrderFunctions.Json;

namespace OrderFunctions.Orders;

/// <summary>Reads the order of an event: the field "order" and all that stands in it.</summary>
internal static class OrderReader
{
    public const int IdLength = 128;
    public const int ShortText = 256;

    private const int UnitDecimals = 8;
    private const string Unit = "a price or tax of one may have";

    // Stands in for an object left out, so that its fields get their defaults.
    private static JsonObjectReader Empty => new(JsonElement.Parse("{}"u8), "$", new ValidationErrors());

    public static Order Read(JsonObjectReader order)
    {
        var status = Status(order);
        // An ERP or a "deleted" message may know no more of an order that came to nothing than its id.
        var isVoid = status?.IsVoid() ?? false;
        var currency = Currency(order, "currency", required: !isVoid);
        var decimals = currency is null ? 4 : Iso4217.Decimals(currency);
        var unit = currency ?? "any currency";
        var read = new Order(
            OrderId(order),
            order.Text("alias", IdLength),
            status ?? default,
            order.Time("placedAt", required: !isVoid),
            currency,
            order.Amount("total", decimals, unit, required: !isVoid),
            order.Amount("totalBeforeDiscounts", decimals, unit),
            order.Amount("tax", decimals, unit, required: !isVoid),
            order.Amount("shipping", decimals, unit) ?? 0,
            order.Amount("shippingTax", decimals, unit) ?? 0,
            order.Amount("fees", decimals, unit, least: -JsonAmount.Largest) ?? 0,
            [.. order.Children("discounts", most: 100).Select(discount => ReadDiscount(discount, decimals, unit))],
            order.Flag("inStore") ?? false,
            ReadCustomer(order.Child("customer") ?? Empty),
            ReadAddress(order.Child("shippingAddress") ?? Empty),
            order.Child("billingAddress") is { } billing ? KnownOrNull(ReadAddress(billing)) : null,
            [.. order.Children("lines", most: 1000).Select(line => ReadLine(line, decimals, unit))],
            ReadLoyalty(order.Child("loyalty") ?? Empty, currency)
        );
        CheckCurrency(order, read);
        CheckSum(order, read);
        CheckLines(order, read);
        order.RefuseUnknownFields();
        return read;
    }

    private static void CheckCurrency(JsonObjectReader order, Order read)
    {
        var hasAmounts =
            read
                is not {
                    Total: null,
                    TotalBeforeDiscounts: null,
                    Tax: null,
                    Shipping: 0,
                    ShippingTax: 0,
                    Fees: 0,
                    Discounts: [],
                    Lines: []
                }
            || read.Loyalty is { Commission: not null, CommissionCurrency: null };
        if (read.IsVoid && read.Currency is null && hasAmounts)
        {
            order.ErrorIfAbsent(
                "currency",
                "is missing: a void order (cancelled, refunded) may leave out its amounts, but one that states any states their currency"
            );
        }
    }

    private static void CheckSum(JsonObjectReader order, Order read)
    {
        var parts = read.Tax + read.Shipping + read.Fees;
        if (!read.IsVoid && parts > read.Total)
        {
            order.Error(
                "total",
                FormattableString.Invariant(
                    $"is {read.Total}, less than tax {read.Tax} + shipping {read.Shipping} + fees {read.Fees} = {parts}: after a refund state what is left of each; where nothing is left, the status refunded or cancelled"
                )
            );
        }
    }

    // Where nobody says what the goods cost it is their sum that is told, in minor units: it must fit there.
    private static void CheckLines(JsonObjectReader order, Order read)
    {
        if (
            read.Goods is null
            && read.Lines.Sum(line => line.Total ?? line.UnitPrice * line.Quantity) > JsonAmount.Largest
        )
        {
            order.Error("lines", $"come to more than {JsonAmount.Largest}, prices times quantities");
        }
    }

    private static string OrderId(JsonObjectReader order)
    {
        var id = order.Text("id", IdLength, required: true) ?? "";
        if (id is "." or "..")
        {
            order.Error("id", "must not be '.' or '..': it stands in the path of addresses");
        }

        return id;
    }

    private static OrderStatus? Status(JsonObjectReader order)
    {
        var status = order.Text("status", ShortText, required: true);
        switch (status)
        {
            case "pending":
                return OrderStatus.Pending;
            case "paid":
                return OrderStatus.Paid;
            case "partiallyRefunded":
                return OrderStatus.PartiallyRefunded;
            case "refunded":
                return OrderStatus.Refunded;
            case "cancelled":
                return OrderStatus.Cancelled;
            case null:
                return null;
            default:
                order.Error("status", "must be pending, paid, partiallyRefunded, refunded or cancelled");
                return null;
        }
    }

    private static string? Currency(JsonObjectReader reader, string name, bool required = false)
    {
        var code = reader.Text(name, ShortText, required);
        if (code is null || Iso4217.IsCode(code))
        {
            return code;
        }

        reader.Error(name, "must be an ISO 4217 code in upper case, such as EUR");
        return null;
    }

    private static Discount ReadDiscount(JsonObjectReader discount, int decimals, string unit)
    {
        var read = new Discount(
            discount.Text("code", ShortText),
            discount.Amount("amount", decimals, unit, required: true) ?? 0
        );
        discount.RefuseUnknownFields();
        return read;
    }

    private static Customer ReadCustomer(JsonObjectReader customer)
    {
        var read = new Customer(
            customer.Text("id", ShortText),
            customer.Text("email", longest: 320),
            customer.Flag("isNew"),
            customer.Count("orderCount", least: 0, most: int.MaxValue)
        );
        customer.RefuseUnknownFields();
        return read;
    }

    private static Address ReadAddress(JsonObjectReader address)
    {
        var read = new Address(
            address.Text("city", ShortText),
            address.Text("region", ShortText),
            address.Text("state", ShortText),
            address.Text("postalCode", ShortText),
            address.Text("country", ShortText)
        );
        address.RefuseUnknownFields();
        return read;
    }

    // What is empty is written nowhere, so that an event without the field keeps the id that it had before there was one.
    private static Address? KnownOrNull(Address address) => address == Address.Unknown ? null : address;

    private static OrderLine ReadLine(JsonObjectReader line, int decimals, string unit)
    {
        var quantity = line.Count("quantity", least: 0, most: 1_000_000, required: true);
        var read = new OrderLine(
            line.Text("sku", ShortText),
            line.Text("name", longest: 1024),
            line.Text("variant", longest: 1024),
            quantity ?? 0,
            line.Amount("unitPrice", UnitDecimals, Unit),
            line.Amount("total", decimals, unit),
            line.Amount("unitTax", UnitDecimals, Unit),
            line.Amount("tax", decimals, unit),
            line.Uuid("retrackEventId")
        );
        if (quantity == 0 && read.Total > 0)
        {
            line.Error("total", "must be 0 or left out: the quantity is 0, so the whole line came back");
        }

        if (read is { Sku: null, Name: null })
        {
            line.ErrorIfAbsent("sku", "is missing: a line has a sku or a name", orElse: "name");
        }

        if (read is { UnitPrice: null, Total: null })
        {
            line.ErrorIfAbsent("unitPrice", "is missing: a line has a unitPrice or a total", orElse: "total");
        }

        line.RefuseUnknownFields();
        return read;
    }

    private static Loyalty ReadLoyalty(JsonObjectReader loyalty, string? orderCurrency)
    {
        var currency = Currency(loyalty, "commissionCurrency");
        var unit = currency ?? orderCurrency;
        var read = new Loyalty(
            loyalty.Amount("points", decimals: 4, "points have"),
            loyalty.Amount("commission", unit is null ? 4 : Iso4217.Decimals(unit), unit ?? "any currency"),
            currency
        );
        loyalty.RefuseUnknownFields();
        return read;
    }
}
