using Microsoft.Extensions.Logging;
using OrderFunctions.Ledger;
using OrderFunctions.Returns;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;
using static OrderFunctions.Core.Tests.Returns.Returned;

namespace OrderFunctions.Core.Tests.Returns;

/// <summary>What is marked is given to one caller once, and nobody else's change is lost.</summary>
public sealed class ReturnListTests : IDisposable
{
    private readonly ManualTime _time = new(Now);
    private readonly LogBook _log = new();
    private readonly LedgerThatIsChanged _ledger = new();
    private readonly ILoggerFactory _logging;
    private readonly ReturnList _returns;

    public ReturnListTests()
    {
        _logging = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _returns = new ReturnList(_ledger, Options, _time, _logging.CreateLogger<ReturnList>());
    }

    public void Dispose()
    {
        _logging.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_change_that_comes_in_between_is_kept_and_what_is_given_is_what_is_marked()
    {
        await SaveAsync(Told("100.00", SixtyAndForty).Left("partiallyRefunded", "60.00", [Line("sixty", 1, "60.00")]));
        var listed = await _returns.ReadAsync(null, null, default);
        _ledger.BeforeSave = entry => entry.Left("cancelled", "0", []) with { Reason = "theirs" };

        var marked = await _returns.MarkAsync(listed, withNoted: false, default);

        Assert.Equal(40m, Assert.Single(listed).Amount);
        Assert.Equal(100m, Assert.Single(marked).Amount);
        var entry = await _ledger.FindAsync("1001", "avantlink", default);
        Assert.Equal(("theirs", 0m), (entry!.Reason, entry.Returned!.Amount));
        Assert.Empty(await _returns.ReadAsync(null, null, default));
    }

    [Fact]
    public async Task Of_many_who_mark_at_once_one_is_given_each_order()
    {
        foreach (var id in Enumerable.Range(0, 20))
        {
            await SaveAsync(Told("100.00", SixtyAndForty).Left("cancelled", "0", []) with { OrderId = $"{id}" });
        }

        var given = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(async () =>
                        await _returns.MarkAsync(await _returns.ReadAsync(null, null, default), false, default)
                    )
                )
        );

        Assert.Equal(
            Enumerable.Range(0, 20).Select(id => $"{id}").Order(StringComparer.Ordinal),
            given.SelectMany(each => each).Select(each => each.OrderId).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Where_the_ledger_fails_on_the_way_what_is_marked_by_then_is_given_and_the_rest_listed_again()
    {
        await SaveAsync(Told("100.00", SixtyAndForty).Left("cancelled", "0", []) with { OrderId = "1" });
        await SaveAsync(Told("100.00", SixtyAndForty).Left("cancelled", "0", []) with { OrderId = "2" });
        var listed = await _returns.ReadAsync(null, null, default);
        _ledger.SavesLeft = 1;

        var marked = await _returns.MarkAsync(listed, withNoted: false, default);

        Assert.Equal("1", Assert.Single(marked).OrderId);
        Assert.Equal("2", Assert.Single(await _returns.ReadAsync(null, null, default)).OrderId);
        Assert.Contains(_log.Lines, line => line.Contains("returns.stopped at order 2", StringComparison.Ordinal));
        Assert.Contains(
            _log.Lines,
            line => line.Contains("returns.marked order 1: 100.00 USD", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Where_the_ledger_fails_at_once_nothing_is_given()
    {
        await SaveAsync(Told("100.00", SixtyAndForty).Left("cancelled", "0", []));
        var listed = await _returns.ReadAsync(null, null, default);
        _ledger.SavesLeft = 0;

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => _returns.MarkAsync(listed, true, default));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task What_the_file_cannot_say_is_marked_only_with_the_rest_that_is_shown(bool withNoted, int left)
    {
        await SaveAsync(Told("100.00", SixtyAndForty).Left("cancelled", "0", []));
        _time.Advance(TimeSpan.FromDays(60));

        var listed = await _returns.ReadAsync(null, null, default);
        var marked = await _returns.MarkAsync(listed, withNoted, default);

        Assert.Equal(1 - left, marked.Count);
        Assert.Equal(left, (await _returns.ReadAsync(null, null, default)).Count);
        Assert.Equal(left, _log.Lines.Count(line => line.Contains("returns.apart 1 ", StringComparison.Ordinal)));
    }

    private async Task SaveAsync(LedgerEntry entry) => Assert.NotNull(await _ledger.TrySaveAsync(entry, default));

    /// <summary>A ledger where another comes in between, or that fails after some saves.</summary>
    private sealed class LedgerThatIsChanged : ILedger
    {
        private readonly InMemoryLedger _inner = new();

        public Func<LedgerEntry, LedgerEntry>? BeforeSave { get; set; }

        public int SavesLeft { get; set; } = int.MaxValue;

        public Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken) =>
            _inner.FindAsync(orderId, provider, cancellationToken);

        public Task<IReadOnlyList<LedgerEntry>> ListAsync(string orderId, CancellationToken cancellationToken) =>
            _inner.ListAsync(orderId, cancellationToken);

        public IAsyncEnumerable<LedgerEntry> ListLeftAsync(
            string provider,
            DateTimeOffset? since,
            DateTimeOffset? until,
            CancellationToken cancellationToken
        ) => _inner.ListLeftAsync(provider, since, until, cancellationToken);

        public async Task<LedgerEntry?> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken)
        {
            if (SavesLeft-- <= 0)
            {
                throw new LedgerUnavailableException("The ledger can't be had.");
            }

            if (BeforeSave is { } change)
            {
                BeforeSave = null;
                var found = await _inner.FindAsync(entry.OrderId, entry.Provider, cancellationToken);
                Assert.NotNull(await _inner.TrySaveAsync(change(found!), cancellationToken));
            }

            return await _inner.TrySaveAsync(entry, cancellationToken);
        }
    }
}
