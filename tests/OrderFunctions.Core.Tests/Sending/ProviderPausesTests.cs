using OrderFunctions.Ledger;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Sending;

public sealed class ProviderPausesTests
{
    private readonly ManualTime _time = new();
    private readonly FragileState _store = new();

    [Fact]
    public async Task Another_instance_knows_of_a_pause_and_of_its_end_within_ten_seconds()
    {
        var (one, other) = (Instance(), Instance());
        Assert.Null(await other.FindAsync("duel", default));
        await one.PauseAsync("duel", "why", default);
        Assert.Equal("why", (await one.FindAsync("duel", default))?.Note);

        _time.Advance(ProviderPauses.Validity);
        Assert.Equal(await one.FindAsync("duel", default), await other.FindAsync("duel", default));
        Assert.Null(await other.FindAsync("katalys", default));

        await one.ResumeAsync("duel", default);
        Assert.Null(await one.FindAsync("duel", default));
        _time.Advance(ProviderPauses.Validity);
        Assert.Null(await other.FindAsync("duel", default));
    }

    [Fact]
    public async Task The_record_is_read_once_in_ten_seconds_however_many_ask()
    {
        var pauses = Instance();
        for (var i = 0; i < 100; i++)
        {
            await pauses.FindAsync("duel", default);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(10, _store.Reads);
    }

    [Fact]
    public async Task A_pause_lasts_across_restarts_keeps_its_beginning_and_takes_the_newest_note()
    {
        var since = _time.GetUtcNow();
        Assert.True(await Instance().PauseAsync("duel", "first", default));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(await Instance().PauseAsync("duel", "second", default));

        Assert.Equal(new Pause(since, "second"), await Instance().FindAsync("duel", default));
        Assert.True(await Instance().ResumeAsync("duel", default));
        Assert.False(await Instance().ResumeAsync("duel", default));
        Assert.Null(await Instance().FindAsync("duel", default));
    }

    [Fact]
    public async Task While_the_record_cannot_be_had_what_was_known_last_holds()
    {
        var pauses = Instance();
        await pauses.PauseAsync("duel", null, default);
        _store.IsDown = true;
        _time.Advance(TimeSpan.FromHours(1));

        Assert.NotNull(await pauses.FindAsync("duel", default));
        Assert.Null(await pauses.FindAsync("katalys", default));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => pauses.ResumeAsync("duel", default));
        Assert.NotNull(await pauses.FindAsync("duel", default));
    }

    [Fact]
    public async Task Before_the_record_was_ever_read_nobody_knows()
    {
        _store.IsDown = true;
        var pauses = Instance();

        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await pauses.FindAsync("duel", default));
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await pauses.FindAsync("duel", default));
    }

    [Fact]
    public async Task A_read_that_began_before_our_own_change_does_not_undo_it()
    {
        var pauses = Instance();
        await pauses.FindAsync("duel", default);
        _time.Advance(ProviderPauses.Validity);
        _store.Hold = new TaskCompletionSource();
        var reading = pauses.FindAsync("duel", default).AsTask();
        var hold = _store.Hold;
        _store.Hold = null;
        await pauses.PauseAsync("duel", null, default);
        hold.SetResult();
        await reading;

        Assert.NotNull(await pauses.FindAsync("duel", default));
    }

    private ProviderPauses Instance() => new(_store, Rig.SendingLog(_time), _time);

    private sealed class FragileState : IStateStore
    {
        private readonly InMemoryState _inner = new();

        public bool IsDown { get; set; }

        public int Reads { get; private set; }

        /// <summary>What the next answer waits for; it was found before.</summary>
        public TaskCompletionSource? Hold { get; set; }

        public async Task<StateRecord?> FindAsync(string name, CancellationToken cancellationToken)
        {
            Reads++;
            ThrowIfDown();
            var (found, hold) = (await _inner.FindAsync(name, cancellationToken), Hold);
            await (hold?.Task ?? Task.CompletedTask);
            return found;
        }

        public Task<StateRecord?> TrySaveAsync(StateRecord record, CancellationToken cancellationToken)
        {
            ThrowIfDown();
            return _inner.TrySaveAsync(record, cancellationToken);
        }

        private void ThrowIfDown()
        {
            if (IsDown)
            {
                throw new LedgerUnavailableException("The ledger is down.");
            }
        }
    }
}
