using System.Text;
using System.Text.Json.Serialization;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using Xunit;

namespace OrderFunctions.TestKit.Conformance;

/// <summary>What every state store must do; each store's tests inherit it.</summary>
public abstract partial class StateCompliance : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, 0, 123, TimeSpan.Zero);

    protected abstract IStateStore Store { get; }

    /// <summary>The ledger that the records are kept beside.</summary>
    protected abstract ILedger Ledger { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task What_was_never_saved_is_not_found() => Assert.Null(await Store.FindAsync("pauses", default));

    [Fact]
    public async Task A_record_is_found_as_it_was_saved()
    {
        await SaveAsync("pauses", """{"duel":"\u00fcber"}""");

        var found = await Store.FindAsync("pauses", default);

        Assert.NotNull(found);
        Assert.Equal(("pauses", true), (found.Name, found.ETag is not null));
        Assert.Equal("""{"duel":"\u00fcber"}""", Text(found));
    }

    [Fact]
    public async Task Each_name_has_its_own()
    {
        await SaveAsync("permits-duel", "1");

        Assert.Null(await Store.FindAsync("permits-katalys", default));
        await SaveAsync("permits-katalys", "2");
        Assert.Equal("1", Text((await Store.FindAsync("permits-duel", default))!));
    }

    [Theory]
    [InlineData("state")]
    [InlineData("!state")]
    [InlineData("pauses")]
    [InlineData("!pauses")]
    public async Task No_order_is_taken_for_a_record(string orderId)
    {
        await SaveAsync("pauses", "1");

        Assert.Null(await Ledger.FindAsync(orderId, "duel", default));
        Assert.Null(await Ledger.FindAsync(orderId, "pauses", default));
        Assert.Empty(await Ledger.ListAsync(orderId, default));
        var entry = new LedgerEntry(
            orderId,
            "duel",
            new OrderVersion(Noon, OrderStatus.Paid, "event"),
            DeliveryState.Retrying
        );
        Assert.NotNull(await Ledger.TrySaveAsync(entry, default));
        Assert.Single(await Ledger.ListAsync(orderId, default));
        Assert.Equal("1", Text((await Store.FindAsync("pauses", default))!));
    }

    [Fact]
    public async Task A_record_that_another_has_saved_first_is_not_overwritten()
    {
        await SaveAsync("pauses", "1");

        Assert.Null(await Store.TrySaveAsync(Record("pauses", "2"), default));
        Assert.Equal("1", Text((await Store.FindAsync("pauses", default))!));
    }

    [Fact]
    public async Task A_record_that_another_has_changed_first_is_not_overwritten()
    {
        await SaveAsync("pauses", "1");
        var (mine, theirs) = (await Store.FindAsync("pauses", default), await Store.FindAsync("pauses", default));
        Assert.NotNull(await Store.TrySaveAsync(theirs! with { Json = "2"u8.ToArray() }, default));

        Assert.Null(await Store.TrySaveAsync(mine! with { Json = "3"u8.ToArray() }, default));
        Assert.Equal("2", Text((await Store.FindAsync("pauses", default))!));
    }

    [Fact]
    public async Task Each_save_changes_the_etag_even_where_nothing_else_changes()
    {
        await SaveAsync("pauses", "1");
        var first = await Store.FindAsync("pauses", default);
        Assert.NotNull(await Store.TrySaveAsync(first!, default));

        Assert.NotEqual(first!.ETag, (await Store.FindAsync("pauses", default))!.ETag);
        Assert.Null(await Store.TrySaveAsync(first, default));
    }

    [Fact]
    public async Task What_was_saved_can_be_saved_again_without_reading_it()
    {
        var saved = await Store.TrySaveAsync(Record("pauses", "1"), default);

        Assert.NotNull(await Store.TrySaveAsync(saved! with { Json = "2"u8.ToArray() }, default));
        Assert.Null(await Store.TrySaveAsync(saved with { Json = "3"u8.ToArray() }, default));
        Assert.Equal("2", Text((await Store.FindAsync("pauses", default))!));
    }

    [Fact]
    public async Task Of_many_changes_at_once_none_is_lost()
    {
        await Task.WhenAll(Enumerable.Range(1, 40).Select(number => Task.Run(() => AddAsync(number))));

        var found = await Store.FindAsync("numbers", NumbersJson.Default.ListInt32, default);

        Assert.Equal(Enumerable.Range(1, 40), found!.Order());
    }

    [Fact]
    public async Task The_longest_record_finds_room_and_a_longer_one_is_refused()
    {
        var json = $"\"{new string('a', StateRecord.MostBytes - 2)}\"";
        await SaveAsync("longest", json);

        Assert.Equal(json, Text((await Store.FindAsync("longest", default))!));
        await Assert.ThrowsAsync<ArgumentException>(() => SaveAsync("longer", json + " "));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Pauses")]
    [InlineData("pauses/duel")]
    [InlineData("!pauses")]
    public Task A_name_that_a_store_might_not_take_is_refused(string name) =>
        Assert.ThrowsAsync<ArgumentException>(() => SaveAsync(name, "1"));

    private static StateRecord Record(string name, string json) => new(name, Encoding.UTF8.GetBytes(json));

    private static string Text(StateRecord record) => Encoding.UTF8.GetString(record.Json.Span);

    private async Task SaveAsync(string name, string json) =>
        Assert.NotNull(await Store.TrySaveAsync(Record(name, json), default));

    private Task AddAsync(int number) =>
        Store.ChangeAsync("numbers", NumbersJson.Default.ListInt32, found => [.. found ?? [], number], default);

    [JsonSerializable(typeof(List<int>))]
    private sealed partial class NumbersJson : JsonSerializerContext;
}
