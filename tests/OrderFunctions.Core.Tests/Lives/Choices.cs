namespace OrderFunctions.Core.Tests.Lives;

/// <summary>What happens next in a life, from its choices; 0 ever after: all goes well.</summary>
internal sealed class Choices(IReadOnlyList<int> choices)
{
    private int _next;

    public bool Any => _next < choices.Count;

    public int Next() => Any ? choices[_next++] : 0;

    public T Of<T>(IReadOnlyList<T> options) => options[Next() % options.Count];
}
