namespace OrderFunctions.Redaction;

/// <summary>
/// Finds values that must not be kept, all in one pass over a text (Aho and Corasick's automaton, over folded text), so
/// that time grows with the text's length and not with the number of values.
/// </summary>
internal sealed class HiddenValues
{
    // So much of a value's beginning is cut out though the rest is missing: a provider may have shortened it.
    private const int TellingBeginning = 12;

    // The same at the end of a text, which may have been cut off there.
    private const int TellingBeginningAtEnd = 4;

    private readonly Dictionary<(int State, char Letter), int> _next = [];
    private readonly List<State> _states = [new State(Parent: 0, Letter: default, Depth: 0)];

    /// <param name="values">As they came; empty ones and those without a letter or digit count for nothing.</param>
    public HiddenValues(IEnumerable<string> values)
    {
        foreach (var value in values.SelectMany(value => HiddenValue.SpellingsOf(PlainText.Of(value) ?? value)))
        {
            Add(value);
        }

        Link();
    }

    /// <summary>Cuts the values out of a text in plain spelling.</summary>
    public void Cut(Cuts cuts)
    {
        foreach (var (start, end, _) in Find(cuts.Text))
        {
            cuts.Add(start, end);
        }
    }

    /// <summary>Whether a value stands in a text.</summary>
    /// <param name="isText">False: it may well be rubbish, in which a short value means nothing.</param>
    public bool StandIn(string text, bool isText) => Find(text).Any(found => isText || !found.IsWord);

    private IEnumerable<(int Start, int End, bool IsWord)> Find(string text)
    {
        var folded = new FoldedText(text);
        var state = 0;
        for (var i = 0; i < folded.Length; i++)
        {
            state = Step(state, folded[i]);
            var (depth, end) = (_states[state].Depth, folded.PlaceOf(i) + 1);
            var least = i == folded.Length - 1 ? TellingBeginningAtEnd : TellingBeginning;
            if (depth >= least)
            {
                yield return (folded.PlaceOf(i + 1 - depth), end, IsWord: depth < TellingBeginning);
            }

            for (var at = _states[state].Match; at != 0; at = _states[_states[at].Fallback].Match)
            {
                var start = folded.PlaceOf(i + 1 - _states[at].Depth);
                foreach (var value in _states[at].Values)
                {
                    if (value.PlaceIn(text, start, end) is var (from, to))
                    {
                        yield return (from, to, value.IsWord);
                    }
                }
            }
        }
    }

    private int Step(int state, char letter)
    {
        int next;
        while (!_next.TryGetValue((state, letter), out next) && state != 0)
        {
            state = _states[state].Fallback;
        }

        return next;
    }

    private void Add(HiddenValue value)
    {
        var folded = new FoldedText(value.Text);
        var state = 0;
        for (var i = 0; i < folded.Length; i++)
        {
            if (!_next.TryGetValue((state, folded[i]), out var next))
            {
                next = _states.Count;
                _next.Add((state, folded[i]), next);
                _states.Add(new State(state, folded[i], i + 1));
            }

            state = next;
        }

        _states[state].Values = [.. _states[state].Values, value];
    }

    // From the shortest beginnings to the longest: each falls back to a shorter one.
    private void Link()
    {
        foreach (var state in Enumerable.Range(1, _states.Count - 1).OrderBy(state => _states[state].Depth))
        {
            var (self, parent) = (_states[state], _states[state].Parent);
            self.Fallback = parent == 0 ? 0 : Step(_states[parent].Fallback, self.Letter);
            self.Match = self.Values.Count == 0 ? _states[self.Fallback].Match : state;
        }
    }

    // The beginning of a value, that a text has been read up to.
    private sealed record State(int Parent, char Letter, int Depth)
    {
        /// <summary>The state of the longest other beginning that this one ends with.</summary>
        public int Fallback { get; set; }

        /// <summary>This state or the next one on its fallbacks that is a whole value; 0: none is.</summary>
        public int Match { get; set; }

        /// <summary>The values that are whole here; several where they differ in case or marks alone.</summary>
        public IReadOnlyList<HiddenValue> Values { get; set; } = [];
    }
}
