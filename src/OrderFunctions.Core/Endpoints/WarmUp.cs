using System.Text.Json;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Preview;
using OrderFunctions.Providers;

namespace OrderFunctions.Endpoints;

/// <summary>
/// Goes once the way of an order from its JSON to each provider's request, so that the first one does not wait for the
/// runtime to compile it. It is a preview of the README's sample: nothing is accepted, recorded, counted, logged or sent.
/// </summary>
public sealed class WarmUp(
    OrderEventReader reader,
    ProviderCatalog catalog,
    LedgerOptions ledgerOptions,
    TimeProvider timeProvider
)
{
    private readonly Lazy<OrderPreview> _preview = new(() =>
    {
        using var sample = typeof(WarmUp).Assembly.GetManifestResourceStream("sample.json")!;
        var utf8 = new byte[sample.Length];
        sample.ReadExactly(utf8);
        var orderEvent = reader.Read(utf8, new ValidationErrors())!;
        var preview = OrderPreview.Of(orderEvent, catalog.All, [], ledgerOptions, timeProvider.GetUtcNow());
        _ = JsonSerializer.SerializeToUtf8Bytes(preview, EndpointJson.Default.OrderPreview);
        return preview;
    });

    public bool IsDone => _preview.IsValueCreated;

    /// <summary>What it came to.</summary>
    public OrderPreview Preview => _preview.Value;

    /// <summary>Does it the first time; who comes meanwhile waits.</summary>
    public void Run() => _ = Preview;
}
