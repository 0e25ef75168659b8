using System.Security.Cryptography;
using System.Text;
using OrderFunctions.Journaling.Records;

namespace OrderFunctions.Journaling.Tests;

public sealed class PackedTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1_500)]
    [InlineData(200_000)]
    [InlineData(900_000)]
    public void What_is_packed_is_unpacked_as_it_was(int length)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"eventId\":\"1001-paid\"},", length)));

        var packed = Packed.Of(bytes.AsMemory(0, length));

        Assert.Equal(bytes.AsSpan(0, length), packed.Unpack().Span);
        Assert.Equal(length >= 100, packed.IsCompressed);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(5_000)]
    public void What_would_not_become_shorter_stays_as_it_is(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);

        var packed = Packed.Of(bytes);

        Assert.False(packed.IsCompressed);
        Assert.Equal(bytes, packed.Bytes.ToArray());
    }

    [Fact]
    public void What_is_damaged_is_refused()
    {
        var packed = Packed.Of(new byte[1_000]);
        var damaged = packed.Bytes.ToArray();
        damaged[^1] ^= 0xff;
        damaged[4] ^= 0xff;

        Assert.Throws<InvalidDataException>(() => new Packed(damaged, IsCompressed: true).Unpack());
    }

    [Fact]
    public void A_version_that_cannot_unpack_a_record_finds_a_kind_that_it_does_not_know()
    {
        var entry = new EntryRecord(1, "duel", DateTimeOffset.UnixEpoch, IsClaimed: true, Packed.Of(new byte[1_000]));

        Assert.Equal(RecordKind.PackedEntry, entry.Kind);
        Assert.Equal(RecordKind.Entry, (entry with { Content = new Packed(new byte[10], false) }).Kind);
    }

    [Fact]
    public void An_entry_is_read_as_it_was_written_packed_or_not()
    {
        foreach (var length in new[] { 10, 1_000 })
        {
            var content = Packed.Of(Encoding.UTF8.GetBytes(new string('a', length)));
            var entry = new EntryRecord(7, "duel", DateTimeOffset.UnixEpoch, IsClaimed: true, content)
            {
                LeftAt = DateTimeOffset.UnixEpoch.AddDays(1),
            };
            using var stream = new MemoryStream();
            entry.Write(new BinaryWriter(stream));

            var read = EntryRecord.Read(stream.ToArray());

            Assert.Equal(content.Unpack().ToArray(), read.Content.Unpack().ToArray());
            Assert.Equal(entry, read with { Content = content });
        }
    }
}
