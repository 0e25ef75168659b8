using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.Bus;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Fuzzing;

/// <summary>
/// A provider that answers by bytes that need be no HTTP, over a real connection: the delivery comes to an outcome within
/// its time-out and within bounded memory, whatever it says.
/// </summary>
[Collection(nameof(Alone))]
public sealed class RawAnswerTests(ITestOutputHelper output)
{
    // Of one call: the headers, what is read of the body, and its text several times over.
    private const long MostBytesPerCall = 64 * 1024 * 1024;

    [Fact]
    public async Task Bytes_from_a_provider()
    {
        var mutator = new JsonMutator(Valid.Answers);
        await new Campaign("connections to a provider", output).RunAsync(
            40,
            random => RawAnswer.Next(mutator, random),
            DeliverAsync
        );
    }

    private static async Task<string> DeliverAsync(RawAnswer answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, answer, stop.Token);
        using var connections = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var doors = new Doors(
            [
                new("Providers:Duel:BaseUrl", $"http://{listener.LocalEndpoint}"),
                new("Providers:Duel:TimeoutSeconds", "1"),
                new("Providers:AvantLink:Enabled", "false"),
                new("Providers:Retrack:Enabled", "false"),
                new("Providers:Katalys:Enabled", "false"),
            ],
            TimeProvider.System,
            connections
        );
        var before = GC.GetTotalAllocatedBytes();
        var message = new BusMessage("m", Samples.Utf8(json => json["providers"] = new JsonArray("duel")));
        await doors.Bus.ScheduleAsync(Entities.Inbound, message, DateTimeOffset.UnixEpoch, default);
        await doors.DeliverAsync();
        var allocated = GC.GetTotalAllocatedBytes() - before;
        await stop.CancelAsync();
        await serving;
        Assert.True(allocated <= MostBytesPerCall, $"The call took {allocated} bytes of memory.");
        var order = await doors.AskAsync(
            new HttpInput("GET", "/api/orders/1001", [("x-functions-key", Doors.Key)], [])
        );
        var text = Encoding.UTF8.GetString(order.Body);
        return text.Contains("\"delivered\"", StringComparison.OrdinalIgnoreCase) ? "told"
            : text.Contains("\"retrying\"", StringComparison.OrdinalIgnoreCase) ? "told again later"
            : "parked";
    }

    private static async Task ServeAsync(TcpListener listener, RawAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                try
                {
                    await AnswerAsync(client.GetStream(), answer, cancellationToken);
                }
                catch (IOException)
                {
                    // The caller has had enough.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static async Task AnswerAsync(NetworkStream stream, RawAnswer answer, CancellationToken cancellationToken)
    {
        var request = new byte[64 * 1024];
        _ = await stream.ReadAsync(request, cancellationToken);
        if (answer.IsSlow)
        {
            foreach (var one in answer.Bytes)
            {
                await stream.WriteAsync(new[] { one }, cancellationToken);
                await Task.Delay(50, cancellationToken);
            }
        }

        await stream.WriteAsync(answer.Bytes, cancellationToken);
        while (answer.Endless.Length > 0)
        {
            await stream.WriteAsync(answer.Endless, cancellationToken);
        }

        if (answer.IsHanging)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    /// <param name="Endless">What comes again and again behind it.</param>
    private sealed record RawAnswer(byte[] Bytes, byte[] Endless, bool IsSlow, bool IsHanging) : IInput<RawAnswer>
    {
        private const string Ok = "HTTP/1.1 200 OK\r\n";

        public IEnumerable<RawAnswer> Smaller() => Cuts.Of(Bytes).Select(bytes => this with { Bytes = bytes });

        public override string ToString() =>
            $"{(IsSlow ? "slow " : "")}{(IsHanging ? "hanging " : "")}{Cuts.Show(Bytes)}{(Endless.Length > 0 ? $"\nand without end {Cuts.Show(Endless)}" : "")}";

        public static RawAnswer Next(JsonMutator mutator, Random random)
        {
            if (random.Next(12) == 0)
            {
                return Endlessly(random);
            }

            var body = mutator.Next(random);
            var encoding = random.Next(5) == 0 ? random.Pick(["gzip", "br"]) : "";
            body = encoding.Length > 0 ? Bomb(encoding, random) : body;
            var status =
                random.Next(3) == 0
                    ? random.Pick([
                        "HTTP/1.1 200",
                        "HTTP/1.0 200 OK",
                        "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:9/",
                        "HTTP/1.1 302 \r\nLocation: //\0",
                        "HTTP/1.1 999 What",
                        "HTTP/1.1 099 Low",
                        "HTTP/1.1 20 OK",
                        "HTTP/1.1 2000 OK",
                        "HTTP/2 200 OK",
                        "ICY 200 OK",
                        "",
                        "\0\0\0",
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x",
                        "HTTP/1.1 204 No",
                        "HTTP/1.1 304 Not",
                        "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic,,,\"",
                        "HTTP/1.1 429 Slow\r\nRetry-After: 99999999999",
                        "HTTP/1.1 503 No\r\nRetry-After: -1",
                        string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 500)) + "HTTP/1.1 200 OK",
                    ])
                    : random.Pick(["HTTP/1.1 200 OK", "HTTP/1.1 201 Created", "HTTP/1.1 400 Bad", "HTTP/1.1 500 Bad"]);
            var length = random.Next(6) switch
            {
                0 => $"Content-Length: {body.Length + random.Pick([-1, 1, 1_000_000])}",
                1 => random.Pick([
                    "Content-Length: -5",
                    "Content-Length: 99999999999999999999",
                    "Content-Length: 1\r\nContent-Length: 2",
                    "Transfer-Encoding: chunked",
                    "Transfer-Encoding: identity",
                    "X: y",
                ]),
                2 => "Transfer-Encoding: chunked",
                _ => $"Content-Length: {body.Length}",
            };
            byte[] sent =
                length.EndsWith("chunked", StringComparison.Ordinal) && random.Next(4) > 0
                    ?
                    [
                        .. Encoding.ASCII.GetBytes($"{body.Length:x}{random.Pick(["", ";ext=1", " "])}\r\n"),
                        .. body,
                        .. Encoding.ASCII.GetBytes(
                            random.Pick(["\r\n0\r\n\r\n", "\r\n", "\r\n0\r\nX: trailer\r\n\r\n", "\r\n-1\r\n"])
                        ),
                    ]
                    : body;
            var extra = random.Next(8) switch
            {
                0 => string.Concat(Enumerable.Range(0, 2000).Select(i => $"X-{i}: {new string('h', 60)}\r\n")),
                1 => random.Pick([
                    "Content-Type: application/json; charset=utf-7\r\n",
                    "Content-Type: ;;;\r\n",
                    "Set-Cookie: a=b\r\n",
                    "X\0: y\r\n",
                    ": y\r\n",
                    " folded\r\n",
                    "X: \u00ff\r\n",
                    "Connection: keep-alive, close, upgrade\r\n",
                ]),
                _ => "Content-Type: application/json\r\n",
            };
            var head = Encoding.Latin1.GetBytes(
                $"{status}\r\n{extra}{length}\r\n{(encoding.Length > 0 ? $"Content-Encoding: {encoding}\r\n" : "")}\r\n"
            );
            byte[] all = [.. head, .. sent];
            all = random.Next(4) == 0 ? ByteMutator.Next(all, random) : all;
            return new RawAnswer(all, [], IsSlow: random.Next(60) == 0, IsHanging: random.Next(40) == 0);
        }

        private static RawAnswer Endlessly(Random random)
        {
            var (start, endless) = random.Pick<(string, string)>([
                ("", "HTTP/1.1 100 Continue\r\n\r\n"),
                ("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
                (Ok, "X-Header: value\r\n"),
                ($"{Ok}X-Header: ", "value"),
                ($"{Ok}\r\n", "{\"a\":"),
                ($"{Ok}Transfer-Encoding: chunked\r\n\r\n", "5\r\n[[[[[\r\n"),
                ($"{Ok}Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-Trailer: value\r\n"),
                ($"{Ok}Transfer-Encoding: chunked\r\n\r\n5;", "extension"),
                ("", "\r\n"),
                ("HTTP/1.1 200 ", "O"),
            ]);
            return new RawAnswer(
                Encoding.ASCII.GetBytes(start),
                Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(endless, 200))),
                false,
                false
            );
        }

        // A few bytes that would be many, if anybody unpacked them.
        private static byte[] Bomb(string encoding, Random random)
        {
            using var packed = new MemoryStream();
            using (
                Stream stream =
                    encoding == "gzip"
                        ? new GZipStream(packed, CompressionLevel.Fastest)
                        : new BrotliStream(packed, CompressionLevel.Fastest)
            )
            {
                stream.Write(new byte[random.Pick([1000, 2_000_000])]);
            }

            return packed.ToArray();
        }
    }
}

/// <summary>Its tests measure the memory of the whole process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
