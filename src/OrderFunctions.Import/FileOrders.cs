using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrderFunctions.Import;

/// <summary>Some of the file's orders: per provider when its newest event occurred.</summary>
internal sealed class FileOrders
{
    private readonly Dictionary<string, Dictionary<string, DateTimeOffset>> _orders = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _providers;

    // The providers that an event goes to which names none.
    private FileOrders(IReadOnlyList<string> providers)
    {
        _providers = providers;
    }

    public int Count => _orders.Count;

    public IEnumerable<FileOrder> All =>
        _orders.Select(order => new FileOrder(order.Key, order.Value.Select(entry => (entry.Key, entry.Value))));

    /// <summary>Reads the accepted lines before a checkpoint.</summary>
    /// <param name="isWanted">Whether an order of this id is one of them.</param>
    /// <exception cref="ImportFailedException">A line is no longer what was accepted.</exception>
    public static async Task<FileOrders> ReadAsync(
        string path,
        Checkpoint checkpoint,
        RefusedLines refused,
        Func<string, bool> isWanted,
        CancellationToken cancellationToken
    )
    {
        var orders = new FileOrders(checkpoint.Providers);
        await using var file = File.OpenRead(path);
        await using var refusals = refused.NumbersAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var hasRefusal = await refusals.MoveNextAsync();
        await foreach (var line in LineReader.ReadAsync(file, before: 0, cancellationToken))
        {
            if (line.End > checkpoint.Offset)
            {
                break;
            }

            if (hasRefusal && refusals.Current == line.Number)
            {
                hasRefusal = await refusals.MoveNextAsync();
            }
            else if (!line.IsBlank)
            {
                orders.Add(line, isWanted);
            }
        }

        return orders;
    }

    private void Add(Line line, Func<string, bool> isWanted)
    {
        try
        {
            AddAccepted(line, isWanted);
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ImportFailedException(
                Text.Of($"Line {line.Number:N0} has changed since it was accepted."),
                error
            );
        }
    }

    private void AddAccepted(Line line, Func<string, bool> isWanted)
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
            return _providers;
        }

        var names = named.EnumerateArray().Select(name => name.GetString()!.Trim().ToLowerInvariant());
        var some = names.Where(name => name.Length > 0).ToList();
        return some.Count > 0 ? some : _providers;
    }
}

/// <param name="Newest">Provider -> when the file's newest event for it occurred.</param>
internal readonly record struct FileOrder(string Id, IEnumerable<(string Provider, DateTimeOffset OccurredAt)> Newest);
