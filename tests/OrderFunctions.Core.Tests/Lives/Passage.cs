namespace OrderFunctions.Core.Tests.Lives;

/// <summary>How a worker gets through a door.</summary>
internal abstract record Passage
{
    private Passage() { }

    /// <summary>All goes well.</summary>
    public sealed record Through : Passage;

    /// <summary>It never gets there.</summary>
    public sealed record Failed : Passage;

    /// <summary>It gets there, but no word of that comes back.</summary>
    public sealed record Unheard : Passage;

    /// <summary>For a call: nobody takes the connection.</summary>
    public sealed record Refused : Passage;

    /// <summary>For a call: another answer than the provider's own.</summary>
    public sealed record Answered(int Status, bool IsServed) : Passage;

    /// <summary>For a call: no answer comes until the caller's patience ends.</summary>
    public sealed record Hangs(bool IsServed) : Passage;
}
