using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.TestKit.Import;
using Xunit.Abstractions;

namespace OrderFunctions.Fuzzing;

/// <summary>
/// Files to import, of whatever lines: each line that would be accepted alone is accepted, each other one is refused by its
/// number with a reason, and none stops the import.
/// </summary>
public sealed class ImportTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private const int FilesPerHost = 20;

    private readonly WebApplication _server = NewServer();
    private Doors _doors = new();
    private int _files;

    public async Task InitializeAsync()
    {
        _server.Run(ForwardAsync);
        await _server.StartAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _doors.Dispose();

    [Fact]
    public async Task Import_files()
    {
        var mutator = new JsonMutator(Valid.Orders);
        await new Campaign("import files", output).RunAsync(
            20,
            random => new Blob(Lines(mutator, random)),
            async input =>
            {
                if (++_files % FilesPerHost == 0)
                {
                    _doors.Dispose();
                    _doors = new Doors();
                }

                using var file = new ImportFile(input.Bytes);
                var run = await file.RunAsync(
                    new Uri(_server.Urls.First()),
                    options => options with { Key = Doors.Key }
                );
                if (run.Error.Contains("is one JSON array", StringComparison.Ordinal))
                {
                    return "told that it is no file of lines";
                }

                var (accepted, refused) = Expected(input.Bytes);
                Assert.True(run.ExitCode is 0 or 1, $"Exit code {run.ExitCode}: {run.Error}");
                Assert.True(
                    run.Output.Contains("accepted", StringComparison.Ordinal),
                    $"The import did not come to its end: {run.Error}"
                );
                Assert.Equal(
                    $"{accepted}",
                    run.Number("accepted").Split(' ')[0].Replace(",", "", StringComparison.Ordinal)
                );
                Assert.Equal(
                    refused,
                    file.Refused.Select(line => JsonElement.Parse(line).GetProperty("line").GetInt64())
                );
                Assert.All(
                    file.Refused,
                    line => Assert.NotEmpty(JsonElement.Parse(line).GetProperty("errors").EnumerateObject())
                );
                Assert.Equal(refused.Count > 0 ? 1 : 0, run.ExitCode);
                return refused.Count == 0 ? "all accepted"
                    : accepted == 0 ? "all refused"
                    : "some refused";
            }
        );
    }

    // What each line is worth alone, by the gate that every event passes.
    private (int Accepted, IReadOnlyList<long> Refused) Expected(ReadOnlyMemory<byte> file)
    {
        var reader = _doors.Services.GetRequiredService<OrderEventReader>();
        var (accepted, refused, number) = (0, new List<long>(), 0);
        while (!file.IsEmpty)
        {
            var end = file.Span.IndexOf((byte)'\n');
            var line = end < 0 ? file : file[..end];
            file = end < 0 ? default : file[(end + 1)..];
            line = line.Span.EndsWith("\r"u8) ? line[..^1] : line;
            line = ++number == 1 && line.Span.StartsWith("\uFEFF"u8) ? line[3..] : line;
            if (line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                continue;
            }

            // A mark in the middle of a file is no mark.
            if (
                !line.Span.StartsWith("\uFEFF"u8)
                && reader.Read(line, new ValidationErrors(), _doors.Time.GetUtcNow().AddMinutes(5)) is not null
            )
            {
                accepted++;
            }
            else
            {
                refused.Add(number);
            }
        }

        return (accepted, refused);
    }

    private static byte[] Lines(JsonMutator mutator, Random random)
    {
        using var file = new MemoryStream();
        for (var lines = random.Pick([0, 1, 3, 20]); lines > 0; lines--)
        {
            byte[] line = random.Next(12) switch
            {
                0 => [],
                1 => " \t"u8.ToArray(),
                2 => new byte[random.Pick([200_000, 3_000_000])],
                _ => mutator.Next(random),
            };
            file.Write(line);
            file.Write(
                random.Pick<byte[]>([
                    [10],
                    [10],
                    [10],
                    [13, 10],
                    [13, 10],
                    [13],
                    [10, 10],
                    [0xEF, 0xBB, 0xBF, 10],
                    [],
                ])
            );
        }

        var bytes = file.ToArray();
        return random.Next(10) switch
        {
            0 => [0xEF, 0xBB, 0xBF, .. bytes],
            1 => ByteMutator.Next(bytes, random),
            2 when random.Next(4) == 0 => System.Text.Encoding.Unicode.GetBytes(
                System.Text.Encoding.UTF8.GetString(bytes)
            ),
            _ => bytes,
        };
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.Select(header => (header.Key, header.Value.ToString()));
        var input = new HttpInput(
            context.Request.Method,
            $"{context.Request.Path}{context.Request.QueryString}",
            [.. headers.Where(header => header.Key is not ("Content-Length" or "Host"))],
            body.ToArray()
        );
        var answer = await _doors.AskAsync(input);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Headers.ContentType;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static WebApplication NewServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        return server;
    }
}
