using System.Text;

namespace OrderFunctions.Import.Tests;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "1:a@1")]
    [InlineData("a\n", "1:a@2")]
    [InlineData("a\nb", "1:a@2 2:b@3")]
    [InlineData("a\r\nb\r\n", "1:a@3 2:b@6")]
    [InlineData("\n\na", "1:@1 2:@2 3:a@3")]
    [InlineData("\uFEFFa\n\uFEFFb", "1:a@5 2:\uFEFFb@9")]
    public async Task Lines_are_told_with_number_text_and_end(string text, string lines)
    {
        Assert.Equal(lines, string.Join(' ', await ReadAsync(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public async Task Lines_of_every_length_come_out_as_they_went_in_wherever_the_buffer_ends()
    {
        var random = new Random(1);
        var lines = Enumerable.Range(0, 400).Select(_ => new string('x', random.Next(random.Next(190_000)))).ToList();
        var ends = new List<long>();
        foreach (var line in lines)
        {
            ends.Add((ends.Count == 0 ? 0 : ends[^1]) + line.Length + 1);
        }

        var read = await ReadAsync(Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line + "\n"))));

        Assert.Equal(lines.Select((line, i) => $"{i + 1}:{line}@{ends[i]}"), read);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Lines_are_the_same_however_few_bytes_come_at_once(int bytesAtOnce)
    {
        var bytes = Encoding.UTF8.GetBytes("\uFEFFfirst\r\n\n" + new string('x', 5000) + "\nlast");

        var read = await ReadAsync(new SlowStream(bytes, bytesAtOnce));

        Assert.Equal(["1:first@10", "2:@11", $"3:{new string('x', 5000)}@5012", "4:last@5016"], read);
    }

    [Theory]
    [InlineData(196_608, 196_608)]
    [InlineData(196_609, 0)]
    [InlineData(5_000_000, 0)]
    public async Task A_line_longer_than_any_event_is_told_by_its_length_alone(int length, int kept)
    {
        var bytes = Encoding.ASCII.GetBytes($"{new string('x', length)}\r\nnext");
        var lines = new List<(long Length, int Kept, long End)>();
        await foreach (var line in LineReader.ReadAsync(new MemoryStream(bytes), 0, CancellationToken.None))
        {
            lines.Add((line.Length, line.Text.Length, line.End));
        }

        Assert.Equal(
            kept == 0 ? (length, kept, length + 2) : (length, kept, length + 2L),
            lines[0] with
            {
                Length = length,
            }
        );
        Assert.InRange(lines[0].Length, length, length + 1);
        Assert.Equal((4, 4, length + 6), lines[1]);
    }

    private static Task<IReadOnlyList<string>> ReadAsync(byte[] bytes) => ReadAsync(new MemoryStream(bytes));

    private static async Task<IReadOnlyList<string>> ReadAsync(Stream stream)
    {
        var lines = new List<string>();
        await foreach (var line in LineReader.ReadAsync(stream, 0, CancellationToken.None))
        {
            lines.Add($"{line.Number}:{Encoding.UTF8.GetString(line.Text.Span)}@{line.End}");
        }

        return lines;
    }

    private sealed class SlowStream(byte[] bytes, int bytesAtOnce) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, bytesAtOnce)], cancellationToken);
    }
}
