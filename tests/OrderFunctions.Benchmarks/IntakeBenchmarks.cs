using System.Security.Cryptography;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Benchmarks;

/// <summary>
/// What the check of an order event costs: reading it with every rule, its canonical form and its id; beside the least
/// anybody must do with such bytes (parse, write out again, hash).
/// </summary>
[MemoryDiagnoser]
public class IntakeBenchmarks
{
    private readonly OrderEventReader _reader = new(Samples.ProviderNames);
    private readonly byte[] _utf8 = Samples.Utf8();

    [Benchmark(Baseline = true)]
    public byte[] RawTwin()
    {
        using var document = JsonDocument.Parse(_utf8);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            document.RootElement.WriteTo(writer);
        }

        return SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    [Benchmark]
    public byte[] ReadCheckAndWrite() => CanonicalJson.Write(_reader.Read(_utf8, new ValidationErrors())!);
}
