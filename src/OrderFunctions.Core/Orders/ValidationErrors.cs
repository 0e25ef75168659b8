namespace OrderFunctions.Orders;

/// <summary>All that is wrong with an input: JSON path -> messages, in the order found.</summary>
public sealed class ValidationErrors
{
    private readonly OrderedDictionary<string, List<string>> _messages = [];

    /// <summary>How many messages there are.</summary>
    public int Count { get; private set; }

    public bool Any => Count > 0;

    public void Add(string path, string message)
    {
        if (!_messages.TryGetValue(path, out var messages))
        {
            _messages.Add(path, messages = []);
        }

        messages.Add(message);
        Count++;
    }

    public IReadOnlyDictionary<string, string[]> ToDictionary()
    {
        var copy = new OrderedDictionary<string, string[]>(_messages.Count);
        foreach (var (path, messages) in _messages)
        {
            copy.Add(path, [.. messages]);
        }

        return copy;
    }

    /// <summary>One line for a dead letter's description: `$.order.total: is missing; $.order.tax: ...`.</summary>
    public override string ToString() =>
        string.Join("; ", _messages.SelectMany(entry => entry.Value.Select(message => $"{entry.Key}: {message}")));
}
