using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Endpoints;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>Whatever comes in, one request costs and is answered with no more than so much.</summary>
public sealed class BodyCostTests : RigTest
{
    private const int Megabyte = 1024 * 1024;
    private const int Largest = OrderEndpoints.MostBatchBytes;

    /// <summary>Bodies that are wrong in as many places, or at as great a length, as their bytes allow.</summary>
    public static TheoryData<string, bool> WrongBodies =>
        new()
        {
            { "500 events of 1,000 empty lines", true },
            { "500 events of 1,000 lines with an unknown field", true },
            { "500 events of 900 unknown fields", true },
            { "500 events that are one field again and again", true },
            { "26 events of one field with a name of 190 KB", true },
            { "26 events of one text of 190 KB", true },
            { "500 events of lists and objects 60 deep", true },
            { "a list of 2,600,000 numbers", true },
            { "a list of one list of 2,600,000 numbers", true },
            { "5 MB of opening brackets", true },
            { "5 MB that are no UTF-8", true },
            { "one event of 20,000 unknown fields", false },
            { "one event of 1,000 empty lines", false },
            { "one event of one field with a name of 190 KB", false },
        };

    [Theory]
    [MemberData(nameof(WrongBodies))]
    public async Task A_wrong_body_costs_a_few_times_its_bytes_and_gets_a_short_answer(string kind, bool isBatch)
    {
        var body = InvalidBody(kind);
        Assert.InRange(body.Length, 3000, isBatch ? Largest : OrderEventReader.MostBytes);
        await HandleAsync(isBatch, "[{}]"u8.ToArray());

        var (status, answer, allocated) = await HandleAsync(isBatch, body);

        var costs = $"{body.Length:N0} bytes cost {allocated:N0} and got {answer.Length:N0}: {Excerpt(answer)}";
        Assert.True(status == 400, costs);
        Assert.True(answer.Length <= Megabyte / 5, costs);
        Assert.True(allocated <= (5L * body.Length) + (8 * Megabyte), costs);
        var errors = JsonElement.Parse(answer).GetProperty("errors").EnumerateObject().ToList();
        Assert.InRange(errors.Sum(error => error.Value.GetArrayLength()), 1, ValidationErrors.MostTold);
    }

    [Fact]
    public async Task A_batch_that_is_right_costs_at_most_forty_times_its_bytes_over_all()
    {
        var line = """{"sku":"a","quantity":1,"unitPrice":1}""";
        var lines = string.Join(',', Enumerable.Repeat(line, 240));
        var events = Enumerable
            .Range(0, 100)
            .Select(i =>
                Samples
                    .Json(json => json["order"]!["id"] = $"o-{i}")
                    .ToJsonString()
                    .Replace("\"lines\":[", $"\"lines\":[{lines},", StringComparison.Ordinal)
            );
        var body = Encoding.UTF8.GetBytes($"[{string.Join(',', events)}]");
        Assert.InRange(body.Length, 9 * Megabyte / 10, Megabyte);

        var (status, answer, allocated) = await HandleAsync(isBatch: true, body);

        Assert.True(status == 202, Excerpt(answer));
        Assert.True(allocated <= 40L * body.Length, $"{body.Length:N0} bytes cost {allocated:N0}");
    }

    [Fact]
    public async Task A_batch_gives_its_room_back_whatever_becomes_of_it()
    {
        var sample = Samples.Utf8();
        byte[] right = [(byte)'[', .. sample, .. Utf8(new string(' ', Largest - sample.Length - 2)), (byte)']'];
        var wrong = Utf8(new string('[', Largest));
        foreach (var (body, status) in new[] { (right, 202), (wrong, 400), (right, 202), (wrong, 400), (right, 202) })
        {
            Assert.Equal(status, (await HandleAsync(isBatch: true, body)).Status);
        }
    }

    private static byte[] InvalidBody(string kind) =>
        kind switch
        {
            "500 events of 1,000 empty lines" => Batch(500, Lines("{}")),
            "500 events of 1,000 lines with an unknown field" => Batch(500, Lines("""{"a":1}""")),
            "500 events of 900 unknown fields" => Batch(500, Fields(900)),
            "500 events that are one field again and again" => Batch(500, $"{{{Repeated("\"a\":1", 1500)}}}"),
            "26 events of one field with a name of 190 KB" => Batch(26, LongName),
            "26 events of one text of 190 KB" => Batch(26, $$"""{"eventId":"{{new string('é', 95_000)}}"}"""),
            "500 events of lists and objects 60 deep" => Batch(
                500,
                $"{{{Repeated("\"a\":" + new string('[', 60) + new string(']', 60), 80)}}}"
            ),
            "a list of 2,600,000 numbers" => Utf8($"[{Repeated("1", 2_600_000)}]"),
            "a list of one list of 2,600,000 numbers" => Utf8($"[[{Repeated("1", 2_600_000)}]]"),
            "5 MB of opening brackets" => Utf8(new string('[', Largest)),
            "5 MB that are no UTF-8" => [.. Enumerable.Repeat((byte)0xC3, Largest)],
            "one event of 20,000 unknown fields" => Utf8(Fields(20_000)),
            "one event of 1,000 empty lines" => Utf8(Lines("{}")),
            "one event of one field with a name of 190 KB" => Utf8(LongName),
            _ => throw new ArgumentException($"There is no body of {kind}.", nameof(kind)),
        };

    // In JSON, a DEL is answered as the six characters \u007F.
    private static string LongName => $$"""{"{{new string('\u007F', 190_000)}}":1}""";

    private static string Lines(string line) => $$$"""{"order":{"lines":[{{{Repeated(line, 1000)}}}]}}""";

    private static string Fields(int count) =>
        $"{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{i:x}\":1"))}}}";

    private static string Repeated(string text, int times) => string.Join(',', Enumerable.Repeat(text, times));

    private static byte[] Batch(int events, string json) => Utf8($"[{Repeated(json, events)}]");

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Excerpt(byte[] answer) => Encoding.UTF8.GetString(answer, 0, Math.Min(answer.Length, 1000));

    // With the bytes that this thread allocated from the reading of the body to the last byte of the answer.
    private async Task<(int Status, byte[] Answer, long Allocated)> HandleAsync(bool isBatch, byte[] body)
    {
        var context = Context(new MemoryStream(body), body.Length);
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var handling = HandleAsync(isBatch, context, default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(handling.IsCompletedSuccessfully, "Nothing should wait, or what was allocated is not all counted.");
        await handling;
        return (context.Response.StatusCode, answer.ToArray(), allocated);
    }

    private async Task HandleAsync(bool isBatch, HttpContext context, CancellationToken cancellationToken)
    {
        var result = isBatch
            ? await Rig.Orders.SubmitBatchAsync(context.Request, cancellationToken)
            : await Rig.Orders.SubmitAsync(context.Request, cancellationToken);
        await result.ExecuteAsync(context);
    }

    private static DefaultHttpContext Context(Stream body, long length)
    {
        var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = "POST";
        context.Request.ContentType = "application/json";
        context.Request.ContentLength = length;
        context.Request.Body = body;
        return context;
    }
}
