using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Endpoints;
using OrderFunctions.Json;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>However many large bodies come at once, so many bytes of them are in memory, and nobody waits for ever.</summary>
public sealed class LargeBodiesTests : IDisposable
{
    private const int Largest = OrderEndpoints.MostBatchBytes;

    private readonly ManualTime _time = new();
    private readonly LargeBodies _bodies;

    public LargeBodiesTests() => _bodies = new LargeBodies(_time);

    public void Dispose() => _bodies.Dispose();

    [Fact]
    public async Task They_wait_until_there_is_room_and_small_ones_never_do()
    {
        var (first, second, third, fourth) = (Send(), Send(), Send(), Send());
        Assert.Equal((true, true, false, false), (first.IsRead, second.IsRead, third.IsRead, fourth.IsRead));
        Assert.True(Send(LargeBodies.Small).IsRead);

        (await first.Body).Dispose();
        Assert.Equal(Largest, (await third.Body).Utf8.Length);
        Assert.False(fourth.IsRead);

        (await second.Body).Dispose();
        Assert.Equal(Largest, (await fourth.Body).Utf8.Length);
    }

    [Fact]
    public async Task Of_unknown_length_they_count_as_the_largest()
    {
        var (first, second) = (Send(length: null), Send(length: null));
        var third = Send(length: null, bytes: 10);

        Assert.False(third.IsRead);
        (await first.Body).Dispose();
        Assert.Equal((Largest, 10), ((await second.Body).Utf8.Length, (await third.Body).Utf8.Length));
    }

    [Fact]
    public async Task Those_beyond_what_may_wait_get_a_503_at_once()
    {
        const int Most = (LargeBodies.MostBytes + LargeBodies.MostBytesWaiting) / Largest;
        var all = Enumerable.Range(0, Most).Select(_ => Send()).ToList();

        Assert.Equal((16, 503, "5"), (Most, await Send().StatusAsync(), Send().RetryAfter));

        foreach (var sending in all)
        {
            using var body = await sending.Body;
            Assert.Null(body.Problem);
        }
    }

    [Fact]
    public async Task One_that_waits_too_long_for_room_gets_a_503()
    {
        var (_, _, third) = (Send(), Send(), Send());

        _time.Advance(LargeBodies.Patience);

        Assert.Equal((503, "5"), (await third.StatusAsync(), third.RetryAfter));
    }

    [Fact]
    public async Task One_that_arrives_too_slowly_gets_a_408_and_gives_its_room_back()
    {
        var (first, second) = (NeverArriving(default), NeverArriving(default));

        _time.Advance(LargeBodies.Patience);

        Assert.Equal((408, 408), (await first.StatusAsync(), await second.StatusAsync()));
        await AssertThereIsRoomAsync();
    }

    [Fact]
    public async Task A_sender_who_leaves_gives_the_room_back()
    {
        using var left = new CancellationTokenSource();
        var all = Enumerable.Range(0, 3).Select(_ => NeverArriving(left.Token)).ToList();

        await left.CancelAsync();

        foreach (var sending in all)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Body);
        }

        await AssertThereIsRoomAsync();
    }

    [Fact]
    public void The_numbers_are_those_of_openapi_json()
    {
        const int Room = LargeBodies.MostBytes / (1024 * 1024);
        const int Waiting = LargeBodies.MostBytesWaiting / (1024 * 1024);
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

    private async Task AssertThereIsRoomAsync()
    {
        var (first, second) = (Send(), Send());
        Assert.Equal((null, null), ((await first.Body).Problem, (await second.Body).Problem));
    }

    private Sending Send(int? length = Largest, int? bytes = null) =>
        Send(new MemoryStream(new byte[bytes ?? length ?? Largest]), length, default);

    private Sending NeverArriving(CancellationToken cancellationToken) =>
        Send(new Pipe().Reader.AsStream(), Largest, cancellationToken);

    private Sending Send(Stream body, int? length, CancellationToken cancellationToken)
    {
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(),
        };
        context.Request.ContentType = "application/json";
        context.Request.ContentLength = length;
        context.Request.Body = body;
        return new Sending(context, _bodies.ReadAsync(context.Request, Largest, cancellationToken));
    }

    private sealed record Sending(HttpContext Context, Task<RequestBody> Body)
    {
        public bool IsRead => Body.IsCompleted;

        public string RetryAfter => Context.Response.Headers.RetryAfter.ToString();

        public async Task<int> StatusAsync()
        {
            await (await Body).Problem!.ExecuteAsync(Context);
            return Context.Response.StatusCode;
        }
    }
}
