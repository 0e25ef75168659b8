using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using Xunit;

namespace OrderFunctions.TestKit.Conformance;

/// <summary>What every permit store must do; each store's tests inherit it.</summary>
public abstract class PermitCompliance : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, 0, 123, TimeSpan.Zero);

    protected abstract IPermitStore Store { get; }

    /// <summary>The ledger that the permits are kept beside.</summary>
    protected abstract ILedger Ledger { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task What_was_never_saved_is_not_found() => Assert.Null(await Store.FindAsync("duel", default));

    [Fact]
    public async Task Permits_are_found_as_they_were_saved()
    {
        TakenPermits[] taken = [Taken(25, seconds: 110), Taken(1500, seconds: 70), Taken(1, seconds: -1)];
        Assert.True(await Store.TrySaveAsync(new Permits("duel", taken), default));

        var found = await Store.FindAsync("duel", default);

        Assert.NotNull(found);
        Assert.Equal(("duel", true), (found.Provider, found.ETag is not null));
        Assert.Equal(taken, found.Taken);
    }

    [Fact]
    public async Task That_none_is_taken_can_be_saved()
    {
        await SaveAsync("duel", Taken(1));
        var found = await Store.FindAsync("duel", default);
        Assert.True(await Store.TrySaveAsync(found! with { Taken = [] }, default));

        Assert.Empty((await Store.FindAsync("duel", default))!.Taken);
    }

    [Fact]
    public async Task Each_provider_has_its_own()
    {
        await SaveAsync("duel", Taken(1));

        Assert.Null(await Store.FindAsync("katalys", default));
        await SaveAsync("katalys", Taken(2));
        Assert.Equal(1, Assert.Single((await Store.FindAsync("duel", default))!.Taken).Count);
    }

    [Theory]
    [InlineData("permits")]
    [InlineData("!permits")]
    [InlineData("duel")]
    public async Task No_order_is_taken_for_permits(string orderId)
    {
        await SaveAsync("duel", Taken(1));

        Assert.Null(await Ledger.FindAsync(orderId, "duel", default));
        Assert.Empty(await Ledger.ListAsync(orderId, default));
        var entry = new LedgerEntry(
            orderId,
            "duel",
            new OrderVersion(Noon, OrderStatus.Paid, "event"),
            DeliveryState.Retrying
        );
        Assert.True(await Ledger.TrySaveAsync(entry, default));
        Assert.Single((await Store.FindAsync("duel", default))!.Taken);
    }

    [Fact]
    public async Task Permits_that_another_has_saved_first_are_not_overwritten()
    {
        await SaveAsync("duel", Taken(1));

        Assert.False(await Store.TrySaveAsync(new Permits("duel", [Taken(2)]), default));
        Assert.Equal(1, Assert.Single((await Store.FindAsync("duel", default))!.Taken).Count);
    }

    [Fact]
    public async Task Permits_that_another_has_changed_first_are_not_overwritten()
    {
        await SaveAsync("duel", Taken(1));
        var (mine, theirs) = (await Store.FindAsync("duel", default), await Store.FindAsync("duel", default));
        Assert.True(await Store.TrySaveAsync(theirs! with { Taken = [Taken(2)] }, default));

        Assert.False(await Store.TrySaveAsync(mine! with { Taken = [Taken(3)] }, default));
        Assert.Equal(2, Assert.Single((await Store.FindAsync("duel", default))!.Taken).Count);
    }

    [Fact]
    public async Task Each_save_changes_the_etag_even_where_nothing_else_changes()
    {
        await SaveAsync("duel", Taken(1));
        var first = await Store.FindAsync("duel", default);
        Assert.True(await Store.TrySaveAsync(first!, default));

        Assert.NotEqual(first!.ETag, (await Store.FindAsync("duel", default))!.ETag);
        Assert.False(await Store.TrySaveAsync(first, default));
    }

    [Fact]
    public async Task Of_many_who_take_permits_at_once_none_is_lost()
    {
        await Task.WhenAll(Enumerable.Range(1, 40).Select(count => Task.Run(() => TakeAsync(Taken(count)))));

        var found = await Store.FindAsync("duel", default);

        Assert.Equal(Enumerable.Range(1, 40), found!.Taken.Select(taken => taken.Count).Order());
    }

    // Functions runs up to 1,000; each has an entry of what it holds, and six of what it has used up.
    [Fact]
    public async Task As_many_instances_as_an_app_can_have_find_room()
    {
        TakenPermits[] taken = [.. Enumerable.Range(1, 7000).Select(i => Taken(i, i))];
        await SaveAsync("duel", taken);

        Assert.Equal(taken, (await Store.FindAsync("duel", default))!.Taken);
    }

    private static TakenPermits Taken(int count, int seconds = 60) =>
        new(Guid.NewGuid(), count, Noon.AddSeconds(seconds));

    private async Task SaveAsync(string provider, params TakenPermits[] taken) =>
        Assert.True(await Store.TrySaveAsync(new Permits(provider, taken), default));

    private async Task TakeAsync(TakenPermits taken)
    {
        Permits? found;
        do
        {
            found = await Store.FindAsync("duel", default) ?? new Permits("duel", []);
        } while (!await Store.TrySaveAsync(found with { Taken = [.. found.Taken, taken] }, default));
    }
}
