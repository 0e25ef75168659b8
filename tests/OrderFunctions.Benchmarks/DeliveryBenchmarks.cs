using System.Net.Http.Headers;
using System.Text;
using BenchmarkDotNet.Attributes;
using OrderFunctions.Bus;
using OrderFunctions.TestKit;

namespace OrderFunctions.Benchmarks;

/// <summary>
/// What a delivery costs besides the call itself: bus, ledger, claim, credentials, breaker, time-out, classification and
/// log; beside the same call sent to the same sandbox by a bare HttpClient. One at a time, over loopback.
/// </summary>
[MemoryDiagnoser]
public class DeliveryBenchmarks
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private HttpClient _http = null!;
    private Rig _rig = null!;
    private byte[] _body = null!;
    private Uri _address = null!;
    private string _event = null!;
    private int _order;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _http = new HttpClient();
        _rig = await Rig.StartAsync();
        await _rig.TellAsync("katalys");
        _body = Encoding.UTF8.GetBytes(_rig.Sandbox.State.Received("katalys")[0].Body!.Value.GetRawText());
        _event = Samples
            .Json(json =>
            {
                json["order"]!["id"] = "{id}";
            })
            .ToJsonString();
        _address = new Uri($"{_rig.Sandbox.BaseUrl("katalys")}/v2/_tr_offline");
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _http.Dispose();
        await _rig.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public async Task RawTwin()
    {
        using var content = new ByteArrayContent(_body) { Headers = { ContentType = Json } };
        using var response = await _http.PostAsync(_address, content);
        response.EnsureSuccessStatusCode();
    }

    [Benchmark]
    public async Task Deliver()
    {
        var orderId = $"{_order++}";
        var message = new BusMessage(
            orderId,
            Encoding.UTF8.GetBytes(_event.Replace("{id}", orderId, StringComparison.Ordinal))
        )
        {
            EventId = "paid",
            OrderId = orderId,
            Provider = "katalys",
        };
        await _rig.Bus.ScheduleAsync(Entities.QueueOf("katalys"), message, _rig.Time.GetUtcNow(), default);
        await _rig.DrainAsync();
    }
}
