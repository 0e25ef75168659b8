using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Local.Tests;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Fuzzing;

/// <summary>
/// The real local host, by bytes that need be no HTTP: each connection is answered or closed, never by a 5xx, and the host
/// goes on. The log has no error of ours.
/// </summary>
public sealed class SocketTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly LogBook _log = new();
    private LocalSystem _system = null!;

    public async Task InitializeAsync()
    {
        _system = await LocalSystem.StartAsync(
            null,
            "--Logging:LogLevel:Default",
            "Error",
            "--Logging:Console:LogLevel:Default",
            "None"
        );
        _system.Host.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
    }

    public async Task DisposeAsync() => await _system.DisposeAsync();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Bytes_on_a_connection()
    {
        var mutator = new JsonMutator(Valid.Orders);
        await new Campaign("connections to the local host", output).RunAsync(
            100,
            random => new RawRequest(
                Request(mutator, random),
                random.Next(4) == 0 ? random.Next(1, 5) : 1,
                random.Next(15) == 0
            ),
            async input =>
            {
                var answer = await SendAsync(input);
                // But for 505: Kestrel's word for what is no HTTP/1.1.
                Assert.DoesNotMatch("(?m)^HTTP/1.1 5(?!05)", answer);
                Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), answer);
                using var alive = await _system.Http.GetAsync("health/live");
                Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
                // What the sandbox refuses is parked, and told; an exception is ours.
                Assert.DoesNotContain(_log.Lines, line => line.Contains("Exception", StringComparison.Ordinal));
                return answer.Length == 0 ? "closed" : answer[9..12];
            }
        );
    }

    private async Task<string> SendAsync(RawRequest input)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _system.Host.Url.Port, patience.Token);
        try
        {
            foreach (var piece in input.Pieces())
            {
                await socket.SendAsync(piece, patience.Token);
                if (input.Count > 1)
                {
                    await Task.Yield();
                }
            }

            if (input.IsReset)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                return "";
            }

            // An end would cancel what is under way: it is told only once nothing more comes.
            var answer = new StringBuilder();
            var buffer = new byte[16 * 1024];
            for (var isEnded = false; ; )
            {
                var receiving = socket.ReceiveAsync(buffer, patience.Token).AsTask();
                if (!isEnded && await Task.WhenAny(receiving, Task.Delay(Pause, patience.Token)) != receiving)
                {
                    socket.Shutdown(SocketShutdown.Send);
                    isEnded = true;
                }

                if (await receiving is var length && length == 0)
                {
                    break;
                }

                answer.Append(Encoding.ASCII.GetString(buffer, 0, length));
            }

            return answer.ToString();
        }
        catch (SocketException)
        {
            // Closed before all was sent.
            return "";
        }
    }

    private static byte[] Request(JsonMutator mutator, Random random)
    {
        var body = mutator.Next(random);
        var length = random.Next(12) switch
        {
            0 => "Transfer-Encoding: chunked\r\n",
            1 => $"Content-Length: {body.Length + random.Pick([-1, 1, 100_000])}\r\n",
            2 => random.Pick([
                "Content-Length: -1\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
                "",
            ]),
            _ => $"Content-Length: {body.Length}\r\n",
        };
        byte[] sent = length.StartsWith("Transfer", StringComparison.Ordinal)
            ?
            [
                .. Encoding.ASCII.GetBytes(
                    random.Next(3) == 0
                        ? random.Pick(["zz\r\n", "-1\r\n", "ffffffffffffffff\r\n", "1;\r\n", "5"])
                        : $"{body.Length:x}\r\n"
                ),
                .. body,
                .. "\r\n0\r\n\r\n"u8,
            ]
            : body;
        var flood = random.Next(20) switch
        {
            0 => string.Concat(Enumerable.Range(0, random.Pick([90, 101, 5000])).Select(i => $"X-{i}: a\r\n")),
            1 => $"X-Long: {new string('a', random.Pick([8000, 40_000, 1_000_000]))}\r\n",
            2 => random.Pick([
                "X\0: a\r\n",
                "X: \0\r\n",
                " folded\r\n",
                "NoColon\r\n",
                ": empty\r\n",
                "X: \u00ff\u0001\r\n",
                "Expect: 100-continue\r\n",
                "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n",
            ]),
            _ => "",
        };
        var method =
            random.Next(15) == 0
                ? random.Pick([
                    "GET",
                    "HEAD",
                    "PUT",
                    "DELETE",
                    "OPTIONS",
                    "CONNECT",
                    "TRACE",
                    "p\u00f6st",
                    "",
                    new string('M', 9000),
                ])
                : "POST";
        var target = random.Next(6) switch
        {
            0 => $"/api/orders{Addresses.Query(random, "again", "code")}",
            1 => $"/api/orders/{Addresses.Segment(random, "1001")}",
            2 when random.Next(3) == 0 => random.Pick([
                "*",
                "http://localhost/api/orders",
                "//",
                "/..",
                "/%00",
                "/%2e%2e/api/orders",
                "/api/orders\0",
                "localhost:1",
                new string('/', 9000),
            ]),
            _ => random.Pick([
                "/api/orders",
                "/api/orders/batch",
                "/api/clicks",
                "/clicks",
                "/webhooks/shopify",
                "/api/parked/replay",
            ]),
        };
        var version =
            random.Next(20) == 0 ? random.Pick(["HTTP/1.0", "HTTP/2", "HTTP/9.9", "", "http/1.1"]) : "HTTP/1.1";
        var host =
            random.Next(20) == 0
                ? random.Pick(["", "Host: a\r\nHost: b\r\n", "Host: evil.example\r\n", "Host: \r\n", "Host: [::1\r\n"])
                : "Host: localhost\r\n";
        var head = Encoding.Latin1.GetBytes(
            $"{method} {target} {version}\r\n{host}Connection: close\r\nContent-Type: application/json\r\n{length}{flood}\r\n"
        );
        byte[] all = [.. head, .. sent];
        return random.Next(5) == 0 ? ByteMutator.Next(all, random) : all;
    }

    /// <param name="Count">In how many pieces it is sent.</param>
    /// <param name="IsReset">The connection is torn down instead of ended.</param>
    private sealed record RawRequest(byte[] Bytes, int Count, bool IsReset) : IInput<RawRequest>
    {
        public IEnumerable<RawRequest> Smaller() => Cuts.Of(Bytes).Select(bytes => this with { Bytes = bytes });

        public IEnumerable<ReadOnlyMemory<byte>> Pieces()
        {
            var length = Math.Max(1, (Bytes.Length + Count - 1) / Count);
            for (var from = 0; from < Bytes.Length; from += length)
            {
                yield return Bytes.AsMemory(from, Math.Min(length, Bytes.Length - from));
            }
        }

        public override string ToString() => $"in {Count} pieces{(IsReset ? ", then reset" : "")}:\n{Cuts.Show(Bytes)}";
    }
}
