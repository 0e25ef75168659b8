namespace OrderFunctions.Journaling.State;

/// <summary>
/// Values by 16 bytes of a hash, for millions of them: about half the memory of a Dictionary, and no pause where it
/// grows. Open addressing in shards, each of which grows by itself, by half. Keys must be uniformly spread, as those of
/// <see cref="JournalState.KeyOf"/> are.
/// </summary>
/// <typeparam name="TValue">Its default stands for none.</typeparam>
internal sealed class KeyTable<TValue>
    where TValue : struct, IEquatable<TValue>
{
    private const int Shards = 64;
    private const int LeastSlots = 16;

    // Fuller than this, a search looks at too many slots.
    private const double MostFull = 0.8;

    private readonly Shard[] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard())];

    public int Count { get; private set; }

    /// <summary>Default: there is none.</summary>
    public TValue Find(UInt128 key) => ShardOf(key).Find(key);

    /// <param name="value">Default: removes it.</param>
    public void Set(UInt128 key, TValue value)
    {
        var shard = ShardOf(key);
        Count -= shard.Count;
        if (value.Equals(default))
        {
            shard.Remove(key);
        }
        else
        {
            shard.Set(key, value);
        }

        Count += shard.Count;
    }

    /// <summary>All of them, in no particular order. Nothing may be set meanwhile.</summary>
    public IEnumerable<(UInt128 Key, TValue Value)> All() => _shards.SelectMany(shard => shard.All());

    private Shard ShardOf(UInt128 key) => _shards[(int)((ulong)key % Shards)];

    private sealed class Shard
    {
        private UInt128[] _keys = new UInt128[LeastSlots];
        private TValue[] _values = new TValue[LeastSlots];

        public int Count { get; private set; }

        public TValue Find(UInt128 key) => _values[SlotOf(key)];

        public void Set(UInt128 key, TValue value)
        {
            var slot = SlotOf(key);
            if (IsFree(slot))
            {
                if (Count + 1 > MostFull * _keys.Length)
                {
                    Grow();
                    slot = SlotOf(key);
                }

                Count++;
            }

            (_keys[slot], _values[slot]) = (key, value);
        }

        // What stands behind it moves up, so that no search ends at the gap.
        public void Remove(UInt128 key)
        {
            var gap = SlotOf(key);
            if (IsFree(gap))
            {
                return;
            }

            Count--;
            for (var slot = After(gap); !IsFree(slot); slot = After(slot))
            {
                var home = HomeOf(_keys[slot]);
                // Whether its home is not between the gap and here, going round.
                if (gap <= slot ? home <= gap || home > slot : home <= gap && home > slot)
                {
                    (_keys[gap], _values[gap]) = (_keys[slot], _values[slot]);
                    gap = slot;
                }
            }

            (_keys[gap], _values[gap]) = (default, default);
        }

        public IEnumerable<(UInt128, TValue)> All() =>
            Enumerable.Range(0, _keys.Length).Where(slot => !IsFree(slot)).Select(slot => (_keys[slot], _values[slot]));

        private bool IsFree(int slot) => _values[slot].Equals(default);

        private int After(int slot) => slot + 1 < _keys.Length ? slot + 1 : 0;

        private int HomeOf(UInt128 key) => (int)Math.BigMul((ulong)(key >> 64), (ulong)_keys.Length, out _);

        // Where the key is, or where it would be.
        private int SlotOf(UInt128 key)
        {
            var slot = HomeOf(key);
            while (!IsFree(slot) && _keys[slot] != key)
            {
                slot = After(slot);
            }

            return slot;
        }

        private void Grow()
        {
            var (keys, values) = (_keys, _values);
            var slots = keys.Length + (keys.Length / 2);
            (_keys, _values) = (new UInt128[slots], new TValue[slots]);
            for (var i = 0; i < keys.Length; i++)
            {
                if (!values[i].Equals(default))
                {
                    var slot = SlotOf(keys[i]);
                    (_keys[slot], _values[slot]) = (keys[i], values[i]);
                }
            }
        }
    }
}
