using BenchmarkDotNet.Attributes;
using OrderFunctions.Redaction;
using OrderFunctions.TestKit;

namespace OrderFunctions.Benchmarks;

/// <summary>
/// What redacting the longest answer costs: prose, and texts made to keep the search going. None may take many times
/// what prose takes, else a provider could stall us by an answer.
/// </summary>
public class RedactionBenchmarks
{
    private const int Length = 64 * 1024;
    private readonly Redactor _redactor = new(Samples.Event());
    private readonly string _prose = Repeat("the total of this order is odd ");
    private string _hostile = null!;

    [Params("a", "a.", "a%40", "1.", "a:", "a@a", "%25", "\\", "&amp;", "Ã", "malm ", "QWxhZGRpbj ")]
    public string Piece { get; set; } = null!;

    [GlobalSetup]
    public void Prepare() => _hostile = Repeat(Piece);

    [Benchmark(Baseline = true)]
    public string Prose() => _redactor.Redact(_prose);

    [Benchmark]
    public string Hostile() => _redactor.Redact(_hostile);

    private static string Repeat(string piece) => string.Concat(Enumerable.Repeat(piece, Length / piece.Length));
}
