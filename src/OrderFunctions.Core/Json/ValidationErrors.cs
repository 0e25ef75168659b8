using System.Globalization;
using System.Text;
using OrderFunctions.Strings;

namespace OrderFunctions.Json;

/// <summary>
/// What is wrong with an input: JSON path -> messages, in the order found. At most <see cref="MostTold"/> are told, each
/// cut to a sensible length, so that an input with a million errors costs and answers no more than one with two hundred.
/// </summary>
public sealed class ValidationErrors
{
    public const int MostTold = 200;

    private const int LongestPath = 128;
    private const int LongestMessage = 256;

    // Leaves room in a dead letter's description, which Service Bus takes up to 4,096 characters.
    private const int LongestLine = 3500;

    private readonly OrderedDictionary<string, List<string>> _messages = [];

    /// <summary>How many were found, told or not.</summary>
    public int Count { get; private set; }

    public bool Any => Count > 0;

    /// <summary>More were found than are told: reading on would only find more.</summary>
    public bool IsFull => Count > MostTold;

    public void Add(string path, string message)
    {
        Count++;
        if (IsFull)
        {
            return;
        }

        path = path.Shorten(LongestPath);
        if (!_messages.TryGetValue(path, out var messages))
        {
            _messages.Add(path, messages = []);
        }

        messages.Add(message.Shorten(LongestMessage));
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

    /// <summary>What to say of those that are not told; null: all are.</summary>
    public string? Rest =>
        IsFull ? Say($"These are the first {MostTold} errors; there are at least {Count - MostTold} more.") : null;

    /// <summary>One line for a dead letter's description: `$.order.total: is missing; $.order.tax: ...; and 7 more`.</summary>
    public override string ToString()
    {
        var line = new StringBuilder();
        var told = 0;
        foreach (var (path, messages) in _messages)
        {
            foreach (var message in messages.TakeWhile(_ => line.Length < LongestLine))
            {
                line.Append(told++ == 0 ? "" : "; ").Append(path).Append(": ").Append(message);
            }
        }

        return told == Count ? line.ToString() : Say($"{line}; and {(IsFull ? "at least " : "")}{Count - told} more");
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
