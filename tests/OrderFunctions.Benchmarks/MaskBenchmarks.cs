using BenchmarkDotNet.Attributes;
using OrderFunctions.Delivery;
using OrderFunctions.TestKit;

namespace OrderFunctions.Benchmarks;

/// <summary>
/// What masking the longest answer costs: prose, and texts made to keep the patterns searching. None may take many times
/// what prose takes, else a provider could stall us by an answer.
/// </summary>
public class MaskBenchmarks
{
    private const int Length = 64 * 1024;
    private readonly Mask _mask = new(Samples.Event());
    private readonly string _prose = Repeat("the total of this order is odd ");
    private string _hostile = null!;

    [Params("a", "a.", "a%40", "1.", "a:", "a@a")]
    public string Piece { get; set; } = null!;

    [GlobalSetup]
    public void Prepare() => _hostile = Repeat(Piece);

    [Benchmark(Baseline = true)]
    public string Prose() => _mask.Apply(_prose);

    [Benchmark]
    public string Hostile() => _mask.Apply(_hostile);

    private static string Repeat(string piece) => string.Concat(Enumerable.Repeat(piece, Length / piece.Length));
}
