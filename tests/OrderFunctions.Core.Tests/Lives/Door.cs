namespace OrderFunctions.Core.Tests.Lives;

/// <summary>A place where a worker leaves its own code: a call to the provider, the ledger or the bus.</summary>
/// <param name="Serve">For a call: has the provider serve it.</param>
internal sealed record Door(string Name, Func<HttpResponseMessage>? Serve = null, bool IsCompletion = false)
{
    /// <summary>Continues the worker on the thread that decides, so that a life has one thread.</summary>
    public TaskCompletionSource<Passage> Decision { get; } = new();

    public bool IsCall => Serve is not null;
}
