using OrderFunctions.Journaling.State;

namespace OrderFunctions.Journaling.Tests;

public sealed class KeyTableTests
{
    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 5_000)]
    [InlineData(3, 100_000)]
    public void It_holds_what_a_dictionary_would(int seed, int steps)
    {
        var random = new Random(seed);
        var (table, model) = (new KeyTable<long>(), new Dictionary<UInt128, long>());
        for (var step = 0; step < steps; step++)
        {
            // Few enough keys that most of them come again, and are removed again.
            var key = JournalState.KeyOf($"{random.Next(steps / 4)}");
            var value = random.Next(3) == 0 ? 0 : random.NextInt64(1, long.MaxValue);
            table.Set(key, value);
            if (value == 0)
            {
                model.Remove(key);
            }
            else
            {
                model[key] = value;
            }

            Assert.Equal(value, table.Find(key));
            Assert.Equal(model.Count, table.Count);
        }

        Assert.All(model, each => Assert.Equal(each.Value, table.Find(each.Key)));
        Assert.Equal(model.OrderBy(each => each.Key).Select(each => (each.Key, each.Value)), table.All().Order());
    }

    // All in one shard, and at the end of it, where a search goes on at the start.
    [Fact]
    public void Keys_that_want_the_same_place_are_all_found_and_can_be_removed_in_any_order()
    {
        var keys = Enumerable
            .Range(0, 300)
            .Select(i => new UInt128(ulong.MaxValue - ((ulong)i % 3), (ulong)i * 64))
            .ToList();
        foreach (var order in new[] { keys, keys.AsEnumerable().Reverse().ToList() })
        {
            var table = new KeyTable<long>();
            foreach (var (i, key) in keys.Index())
            {
                table.Set(key, i + 1);
            }

            var left = keys.Index().ToDictionary(each => each.Item, each => each.Index + 1L);
            foreach (var key in order)
            {
                table.Set(key, 0);
                left.Remove(key);
                Assert.All(left, each => Assert.Equal(each.Value, table.Find(each.Key)));
                Assert.Equal(0, table.Find(key));
            }

            Assert.Equal(0, table.Count);
        }
    }
}
