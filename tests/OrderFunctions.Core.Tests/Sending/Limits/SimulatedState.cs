using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Sending.Limits;

/// <summary>A state store that counts what it is asked, and has the next trouble that a test wants.</summary>
internal sealed class SimulatedState : IStateStore
{
    private readonly InMemoryState _inner = new();

    public int Reads { get; private set; }

    public int Saves { get; private set; }

    /// <summary>Whether it can't be had.</summary>
    public bool IsDown { get; set; }

    /// <summary>Whether the next save is done, but its answer is lost.</summary>
    public bool LosesNextAnswer { get; set; }

    /// <summary>Null: it answers at once.</summary>
    public TaskCompletionSource? Answers { get; set; }

    /// <summary>What others do between the next read and the save that follows it.</summary>
    public Action? Meanwhile { get; set; }

    public async Task<StateRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        Reads++;
        await (Answers?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken);
        var found = await _inner.FindAsync(name, cancellationToken);
        var meanwhile = Meanwhile;
        Meanwhile = null;
        meanwhile?.Invoke();
        return found;
    }

    public async Task<StateRecord?> TrySaveAsync(StateRecord record, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        Saves++;
        var saved = await _inner.TrySaveAsync(record, cancellationToken);
        if (LosesNextAnswer)
        {
            LosesNextAnswer = false;
            throw new LedgerUnavailableException("The ledger's answer was lost.");
        }

        return saved;
    }

    private void ThrowIfDown()
    {
        if (IsDown)
        {
            throw new LedgerUnavailableException("The ledger can't be had.");
        }
    }
}
