using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrderFunctions.Import;

/// <summary>Some of the file's orders: per provider when its newest event occurred.</summary>
/// <param name="providers">Those that an event goes to which names none.</param>
internal sealed class FileOrders(IReadOnlyList<string> providers)
{
    private readonly Dictionary<string, Dictionary<string, DateTimeOffset>> _orders = new(StringComparer.Ordinal);

    public int Count => _orders.Count;

    public IEnumerable<FileOrder> All =>
        _orders.Select(order => new FileOrder(order.Key, order.Value.Select(entry => (entry.Key, entry.Value))));

    /// <summary>Takes in an accepted line.</summary>
    /// <param name="isWanted">Whether an order of this id is one of them.</param>
    public void Add(Line line, Func<string, bool> isWanted)
    {
        using var document = JsonDocument.Parse(line.Text);
        var id = document.RootElement.GetProperty("order").GetProperty("id").GetString()!.Trim();
        if (!isWanted(id))
        {
            return;
        }

        var occurredAt = DateTimeOffset.Parse(
            document.RootElement.GetProperty("occurredAt").GetString()!,
            CultureInfo.InvariantCulture
        );
        ref var newest = ref CollectionsMarshal.GetValueRefOrAddDefault(_orders, id, out _);
        newest ??= new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var provider in ProvidersOf(document.RootElement))
        {
            newest[provider] =
                newest.TryGetValue(provider, out var before) && before > occurredAt ? before : occurredAt;
        }
    }

    private IReadOnlyList<string> ProvidersOf(JsonElement orderEvent)
    {
        if (!orderEvent.TryGetProperty("providers", out var named) || named.ValueKind != JsonValueKind.Array)
        {
            return providers;
        }

        var names = named.EnumerateArray().Select(name => name.GetString()!.Trim().ToLowerInvariant());
        var some = names.Where(name => name.Length > 0).ToList();
        return some.Count > 0 ? some : providers;
    }
}

/// <param name="Newest">Provider -> when the file's newest event for it occurred.</param>
internal readonly record struct FileOrder(string Id, IEnumerable<(string Provider, DateTimeOffset OccurredAt)> Newest);
