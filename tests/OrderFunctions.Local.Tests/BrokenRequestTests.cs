using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Endpoints;
using OrderFunctions.Journaling;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>Requests that break HTTP, break off or break us: what is answered, and what the log says of it.</summary>
public sealed class BrokenRequestTests : IAsyncLifetime, IDisposable
{
    private const int MegaByte = 1024 * 1024;

    private readonly ManualTime _time = new();
    private readonly LogBook _log = new();
    private LocalSystem _system = null!;

    public async Task InitializeAsync()
    {
        _system = await LocalSystem.StartAsync(
            _time,
            "--Logging:LogLevel:Default",
            "Debug",
            "--Logging:LogLevel:Microsoft",
            "Debug",
            "--Logging:Console:LogLevel:Default",
            "None",
            "--Logging:Console:LogLevel:Microsoft",
            "None"
        );
        _system.Host.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
    }

    public async Task DisposeAsync() => await _system.DisposeAsync();

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData("zz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}X\r\n0\r\n\r\n")]
    [InlineData("-1\r\n")]
    // Found by fuzzing: of more digits than Kestrel counts it was a 500.
    [InlineData("fffffffff\r\n")]
    public async Task A_chunk_without_a_right_size_is_a_400(string body)
    {
        using var socket = await ConnectAsync();
        await SendAsync(socket, $"{Head("Transfer-Encoding: chunked")}{body}");

        AssertProblem(await AnswerAsync(socket), 400);
        AssertNothingOfOurs();
    }

    [Fact]
    public async Task A_chunk_of_more_digits_than_Kestrel_counts_is_no_failure_of_ours_where_the_answer_waits_for_the_body()
    {
        using var socket = await ConnectAsync();
        var head = Head("Transfer-Encoding: chunked").Replace("/api/orders", "/clicks", StringComparison.Ordinal);
        await SendAsync(socket, $"{head}fffffffff\r\n");

        AssertProblem(await AnswerAsync(socket), 403);
        AssertNothingOfOurs();
    }

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(100_000, false)]
    [InlineData(10_000_000, true)]
    [InlineData(10_000_000, false)]
    public async Task An_upload_that_is_broken_off_is_no_failure_of_ours(int length, bool isReset)
    {
        using (var socket = await ConnectAsync())
        {
            await SendAsync(socket, $"{Head($"Content-Length: {length}")}{{");
            await _log.WaitForAsync("Request starting HTTP/1.1 POST");
            socket.LingerState = new LingerOption(enable: isReset, seconds: 0);
        }

        await _log.WaitForAsync("Request finished HTTP/1.1 POST");
        AssertNothingOfOurs();
    }

    [Fact]
    public async Task A_large_body_that_comes_too_slowly_is_a_408_and_no_failure_of_ours()
    {
        using (var socket = await ConnectAsync())
        {
            var head = Head($"Content-Length: {4 * MegaByte}");
            await SendAsync(socket, head.Replace("/api/orders", "/api/orders/batch", StringComparison.Ordinal) + "[");
            var answer = new byte[4096];
            var receiving = socket.ReceiveAsync(answer);
            await LocalSystem.UntilAsync(
                () =>
                {
                    _time.Advance(LargeBodies.Patience);
                    return receiving.IsCompleted;
                },
                () => "no answer"
            );
            Assert.StartsWith(
                "HTTP/1.1 408 ",
                Encoding.ASCII.GetString(answer, 0, await receiving),
                StringComparison.Ordinal
            );
        }

        // What Kestrel does with the rest of the body is over then.
        await _log.WaitForAsync("\" stopped.");
        AssertNothingOfOurs();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_Kestrels_own_limit_is_a_413_for_who_sends_it_all_before_reading(bool hasLength)
    {
        const int Length = 31 * MegaByte;
        using var socket = await ConnectAsync();
        var content = new string(' ', MegaByte);
        if (hasLength)
        {
            await SendAsync(socket, Head($"Content-Length: {Length}"));
            await SendManyAsync(socket, content, Length / MegaByte);
        }
        else
        {
            await SendAsync(socket, Head("Transfer-Encoding: chunked"));
            await SendManyAsync(socket, $"{MegaByte:x}\r\n{content}\r\n", Length / MegaByte);
            await SendAsync(socket, "0\r\n\r\n");
        }

        AssertProblem(await AnswerAsync(socket), 413);
        AssertNothingOfOurs();
    }

    [Fact]
    public async Task What_nobody_foresaw_is_a_500_that_gives_nothing_away_and_a_line_in_the_log_with_the_same_id()
    {
        _system.Host.Services.GetRequiredService<Journal>().Dispose();

        using var response = await _system.SubmitAsync();

        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", text, StringComparison.Ordinal);
        var traceId = JsonElement.Parse(text).GetProperty("traceId").GetString()!;
        // The pump misses the journal as well.
        var line = Assert.Single(Failures(), line => !line.Contains("QueuePump", StringComparison.Ordinal));
        Assert.Contains($"request.failed POST /api/orders {traceId}", line, StringComparison.Ordinal);
        Assert.Contains("Exception", line, StringComparison.Ordinal);
    }

    private static string Head(string length) =>
        $"POST /api/orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n{length}\r\n\r\n";

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _system.Host.Url.Port);
        return socket;
    }

    private static async Task SendAsync(Socket socket, string text)
    {
        for (var rest = Encoding.ASCII.GetBytes(text).AsMemory(); rest.Length > 0; )
        {
            rest = rest[await socket.SendAsync(rest)..];
        }
    }

    private static async Task SendManyAsync(Socket socket, string text, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await SendAsync(socket, text);
        }
    }

    /// <summary>All that comes until the connection ends.</summary>
    private static async Task<string> AnswerAsync(Socket socket)
    {
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer) is > 0 and var length)
        {
            answer.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }

        return answer.ToString();
    }

    private static void AssertProblem(string answer, int status)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("\nContent-Type: application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains($"\"status\": {status}", answer, StringComparison.Ordinal);
    }

    private IEnumerable<string> Failures() =>
        _log.Lines.Where(line => line.Split(' ')[0] is "Warning" or "Error" or "Critical");

    private void AssertNothingOfOurs() => Assert.True(!Failures().Any(), string.Join(Environment.NewLine, Failures()));
}
