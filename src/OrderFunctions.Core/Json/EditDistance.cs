namespace OrderFunctions.Json;

/// <summary>Tells which name was probably meant.</summary>
internal static class EditDistance
{
    /// <summary>Whether a name is likely meant to be a known one: another case, or one or two letters off.</summary>
    public static bool IsTypo(string known, string name) =>
        string.Equals(known, name, StringComparison.OrdinalIgnoreCase)
        || (name.Length > 3 && Math.Abs(known.Length - name.Length) <= 2 && Levenshtein(known, name) <= 2);

    // How many letters to add, drop or change.
    private static int Levenshtein(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change =
                    previous[j - 1] + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
