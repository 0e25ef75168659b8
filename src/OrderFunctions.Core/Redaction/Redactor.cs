using OrderFunctions.Orders;
using OrderFunctions.Strings;

namespace OrderFunctions.Redaction;

/// <summary>
/// Takes secrets and what is personal out of other people's words before anyone keeps, logs or prints them: a provider
/// repeats in an error what it was sent, in whatever spelling. The words are first brought into plain spelling; then
/// known values, e-mail and IP addresses are cut out, and so is what nobody could read. Time and memory grow with the
/// text's length, whatever stands in it.
/// </summary>
/// <remarks>It guards against echoes. Against a provider that enciphers them nothing would help.</remarks>
public sealed class Redactor
{
    /// <summary>The most that is kept: what Service Bus takes as a dead letter's description.</summary>
    public const int MostCharacters = 4096;

    /// <summary>What stands where something was cut out.</summary>
    public const string Instead = "***";

    // All that is read of an answer; the rest of a longer text is dropped unread.
    private const int LongestRead = 64 * 1024;

    private readonly HashSet<string> _secrets = [];
    private readonly Func<IEnumerable<string>>? _personal;
    private HiddenValues? _hidden;

    /// <summary>For words that no order event belongs to: only e-mail and IP addresses are known for what they are.</summary>
    public Redactor() { }

    /// <summary>For words about an order event: all that it says of the customer, the address and the visit is cut out.</summary>
    public Redactor(OrderEvent orderEvent) => _personal = () => PersonalData.Of(orderEvent);

    /// <summary>For words about a click: all that it says of the visitor is cut out.</summary>
    public Redactor(Click click) => _personal = () => PersonalData.Of(click);

    /// <summary>Has a secret cut out as well.</summary>
    public void Add(string secret)
    {
        if (_secrets.Add(secret))
        {
            _hidden = null;
        }
    }

    /// <summary>The words in plain spelling, with three asterisks for what was cut out; at most <see cref="MostCharacters"/>.</summary>
    public string Redact(string words)
    {
        if (words.Length == 0)
        {
            return words;
        }

        if (PlainText.Of(words.Length <= LongestRead ? words : words[..LongestRead]) is not { } text)
        {
            return Instead;
        }

        // Not before there are words: most deliveries have none.
        _hidden ??= new HiddenValues(_secrets.Concat(_personal?.Invoke() ?? []).Distinct());
        var cuts = new Cuts(text);
        _hidden.Cut(cuts);
        PersonalData.Cut(cuts);
        EncodedWords.Cut(cuts, _hidden);
        UnreadableWords.Cut(cuts);
        return cuts.Apply(Instead).Shorten(MostCharacters);
    }
}
