namespace OrderFunctions.Core.Tests.Lives.Simulated;

/// <summary>A place where a worker leaves its own code: a call to the provider, the ledger or the bus.</summary>
/// <param name="Serve">For a call: has the provider serve it.</param>
internal sealed record FaultPoint(string Name, Func<HttpResponseMessage>? Serve = null, bool IsCompletion = false)
{
    /// <summary>Continues the worker on the thread that decides, so that a life has one thread.</summary>
    public TaskCompletionSource<Fault> Decision { get; } = new();

    public bool IsCall => Serve is not null;
}

/// <summary>What goes wrong at a fault point.</summary>
internal abstract record Fault
{
    private Fault() { }

    /// <summary>All goes well.</summary>
    public sealed record None : Fault;

    /// <summary>It never gets there.</summary>
    public sealed record NotSent : Fault;

    /// <summary>It gets there, but no word of that comes back.</summary>
    public sealed record AnswerLost : Fault;

    /// <summary>For a call: nobody takes the connection.</summary>
    public sealed record ConnectionRefused : Fault;

    /// <summary>For a call: another answer than the provider's own.</summary>
    public sealed record Answered(int Status, bool IsServed) : Fault;

    /// <summary>For a call: no answer comes until the caller's patience ends.</summary>
    public sealed record Hangs(bool IsServed) : Fault;
}
