using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Endpoints;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>Whatever comes in, one request costs and answers no more than so much, and so do many at once.</summary>
public sealed class LargeBodyTests : RigTest
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
        var body = Wrong(kind);
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
    public async Task Large_bodies_wait_until_there_is_room_and_small_ones_never_do()
    {
        Sending[] all = [Send(), Send(), Send()];
        all[2].Arrive();
        Assert.False(all[2].Answer.IsCompleted);

        Assert.Equal(202, (await HandleAsync(isBatch: false, Samples.Utf8())).Status);
        Assert.Equal(202, (await HandleAsync(isBatch: true, [(byte)'[', .. Samples.Utf8(), (byte)']'])).Status);
        Assert.False(all[2].Answer.IsCompleted);

        all[0].Arrive();
        Assert.Equal((202, 202), (await all[0].Answer, await all[2].Answer));
        all[1].Arrive();
        Assert.Equal(202, await all[1].Answer);
    }

    [Fact]
    public async Task Large_bodies_beyond_those_that_may_wait_get_a_503_at_once()
    {
        const int Most = (LargeBodies.MostBytes + LargeBodies.MostBytesWaiting) / Largest;
        var all = Enumerable.Range(0, Most).Select(_ => Send()).ToList();

        Assert.Equal((16, 503), (Most, await Send().Answer));

        foreach (var sending in all)
        {
            sending.Arrive();
            Assert.Equal(202, await sending.Answer);
        }
    }

    [Fact]
    public async Task A_large_body_that_is_too_long_in_coming_gets_a_503_and_gives_its_room_back()
    {
        Sending[] all = [Send(), Send(), Send()];
        Rig.Time.Advance(LargeBodies.Patience);

        foreach (var sending in all)
        {
            Assert.Equal((503, "5"), (await sending.Answer, sending.Response.Headers.RetryAfter.ToString()));
        }

        await AssertThereIsRoomAsync();
    }

    [Fact]
    public async Task A_sender_who_leaves_gives_the_room_back()
    {
        using var left = new CancellationTokenSource();
        Sending[] all = [Send(left.Token), Send(left.Token), Send(left.Token)];

        await left.CancelAsync();

        foreach (var sending in all)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Answer);
        }

        await AssertThereIsRoomAsync();
    }

    [Fact]
    public void The_numbers_are_those_of_openapi_json()
    {
        const int Room = LargeBodies.MostBytes / Megabyte;
        const int Waiting = LargeBodies.MostBytesWaiting / Megabyte;
        var responses = OpenApiDocument.Load().Root["components"]!["responses"]!;
        Assert.Contains(
            $"{Room} MB are taken at once and {Waiting} MB wait, each at most {LargeBodies.Patience.TotalSeconds} s",
            responses["Unavailable"]!["description"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"up to {ValidationErrors.MostTold} errors",
            responses["Invalid"]!["description"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_is_refused_gives_its_room_back()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(400, (await HandleAsync(isBatch: true, Wrong("500 events of 900 unknown fields"))).Status);
        }

        await AssertThereIsRoomAsync();
    }

    private async Task AssertThereIsRoomAsync()
    {
        Sending[] all = [Send(), Send()];
        foreach (var sending in all)
        {
            sending.Arrive();
            Assert.Equal(202, await sending.Answer);
        }
    }

    private static byte[] Wrong(string kind) =>
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

    // A batch of the largest size, of which no byte has come yet.
    private Sending Send(CancellationToken cancellationToken = default)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var context = Context(pipe.Reader.AsStream(), Largest);
        return new Sending(AnswerAsync(), context.Response, pipe.Writer);

        async Task<int> AnswerAsync()
        {
            await HandleAsync(isBatch: true, context, cancellationToken);
            return context.Response.StatusCode;
        }
    }

    private sealed record Sending(Task<int> Answer, HttpResponse Response, PipeWriter Writer)
    {
        public void Arrive()
        {
            var sample = Samples.Utf8();
            Writer.Write([(byte)'[', .. sample, .. Utf8(new string(' ', Largest - sample.Length - 2)), (byte)']']);
            Writer.Complete();
        }
    }
}
