using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Endpoints;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>What becomes of an exception depends on whose it is.</summary>
public sealed class ProblemExceptionHandlerTests : IAsyncDisposable
{
    private readonly LogBook _log = new();
    private readonly ServiceProvider _services;

    public ProblemExceptionHandlerTests() =>
        _services = new ServiceCollection()
            .AddLogging(logging =>
                logging.SetMinimumLevel(LogLevel.Trace).AddFilter("Microsoft", LogLevel.None).AddProvider(_log)
            )
            .AddSingleton<ProblemExceptionHandler>()
            .BuildServiceProvider();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _log.Dispose();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(408)]
    [InlineData(413)]
    public async Task A_request_that_breaks_HTTP_gets_its_status_and_a_quiet_line(int status)
    {
        var (answered, problem) = await HandleAsync(new BadHttpRequestException("Bad chunk size data.", status));

        Assert.Equal((status, status), (answered, problem!.Value.GetProperty("status").GetInt32()));
        Assert.StartsWith("Debug ", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    public static TheoryData<Exception> GoneCallers =>
        new(new OperationCanceledException(), new IOException("broken pipe"), new ConnectionResetException("reset"));

    [Theory]
    [MemberData(nameof(GoneCallers), DisableDiscoveryEnumeration = true)]
    public async Task A_caller_who_has_gone_gets_no_answer_and_a_quiet_line(Exception error)
    {
        // A reset connection can be seen before the token is cancelled.
        var (answered, problem) = await HandleAsync(error, isAborted: error is not ConnectionResetException);

        Assert.Equal((499, null), (answered, problem));
        var line = Assert.Single(_log.Lines);
        Assert.StartsWith("Debug ", line, StringComparison.Ordinal);
        Assert.DoesNotContain(error.GetType().Name, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_the_host_has_ended_is_to_be_tried_again()
    {
        var (answered, _) = await HandleAsync(new OperationCanceledException(), isStopping: true);

        Assert.Equal(503, answered);
        Assert.StartsWith("Debug ", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    public static TheoryData<Exception> Failures =>
        new(new InvalidOperationException("order 1001"), new IOException("disk"), new TaskCanceledException("a call"));

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Anything_else_is_a_failure_of_ours_with_an_id(Exception error)
    {
        var (answered, problem) = await HandleAsync(error);

        Assert.Equal(500, answered);
        Assert.DoesNotContain(error.Message, problem!.Value.GetRawText(), StringComparison.Ordinal);
        var line = Assert.Single(_log.Lines);
        Assert.StartsWith("Error ", line, StringComparison.Ordinal);
        Assert.Contains(problem.Value.GetProperty("traceId").GetString()!, line, StringComparison.Ordinal);
    }

    private async Task<(int Status, JsonElement? Problem)> HandleAsync(
        Exception error,
        bool isAborted = false,
        bool isStopping = false
    )
    {
        var context = new DefaultHttpContext
        {
            RequestServices = _services,
            RequestAborted = new CancellationToken(isAborted),
            TraceIdentifier = "trace-1",
        };
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        var handler = _services.GetRequiredService<ProblemExceptionHandler>();
        Assert.True(await handler.TryHandleAsync(context, error, new CancellationToken(isStopping)));
        return (context.Response.StatusCode, answer.Length == 0 ? null : JsonElement.Parse(answer.ToArray()));
    }
}
