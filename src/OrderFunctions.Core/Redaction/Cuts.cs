using System.Text;

namespace OrderFunctions.Redaction;

/// <summary>What is to be cut out of a text; cuts may overlap.</summary>
internal sealed class Cuts(string text)
{
    // By how many the cuts that lie over a character are more than those over the one before it.
    private readonly int[] _changes = new int[text.Length + 1];

    public string Text => text;

    public void Add(int start, int end)
    {
        _changes[start]++;
        _changes[end]--;
    }

    /// <summary>The text with <paramref name="instead"/> for each part that was cut out.</summary>
    public string Apply(string instead)
    {
        var kept = new StringBuilder(text.Length);
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var before = depth;
            depth += _changes[i];
            if (depth > 0 && before == 0)
            {
                kept.Append(instead);
            }

            if (depth == 0)
            {
                kept.Append(text[i]);
            }
        }

        return kept.ToString();
    }
}
