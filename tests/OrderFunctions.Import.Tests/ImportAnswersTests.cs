using Microsoft.AspNetCore.Http;
using OrderFunctions.TestKit.Import;

namespace OrderFunctions.Import.Tests;

/// <summary>What the import makes of every answer it may get.</summary>
public sealed class ImportAnswersTests
{
    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_may_pass_is_tried_again_with_growing_pauses(int status)
    {
        var time = new SkippingTime();
        await using var server = await StubServer.StartAsync();
        server.Answer = (post, _, context) =>
            post <= 4 ? StubServer.StatusAsync(context, status) : Task.FromResult(false);
        using var file = new ImportFile(ImportFile.Events(3));

        var import = await file.RunAsync(server.Url, time: time);

        Assert.Equal(0, import.ExitCode);
        Assert.Equal([1, 2, 4, 8], time.Waits.Select(wait => wait.TotalSeconds));
        Assert.Equal(["o-0", "o-1", "o-2"], server.AcceptedOrders);
        Assert.Contains($"answers {status}. Trying again in 8 s.", import.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_while_it_waits_to_try_again_it_says_so_and_tries_no_more()
    {
        using var stop = new CancellationTokenSource();
        await using var server = await StubServer.StartAsync();
        server.Answer = async (_, _, context) =>
        {
            context.Response.OnCompleted(stop.CancelAsync);
            return await StubServer.StatusAsync(context, 503);
        };
        using var file = new ImportFile(ImportFile.Events(3));

        var import = await file.RunAsync(server.Url, cancellationToken: stop.Token);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("Stopped.", import.Error, StringComparison.Ordinal);
        Assert.Equal(1, server.Posts);
    }

    [Fact]
    public async Task A_longer_Retry_After_is_obeyed()
    {
        var time = new SkippingTime();
        await using var server = await StubServer.StartAsync();
        server.Answer = (post, _, context) =>
        {
            context.Response.Headers.RetryAfter = "17";
            return post == 1 ? StubServer.StatusAsync(context, 503) : Task.FromResult(false);
        };
        using var file = new ImportFile(ImportFile.Events(3));

        await file.RunAsync(server.Url, time: time);

        Assert.Equal([17], time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_tried_again()
    {
        var time = new SkippingTime();
        await using var server = await StubServer.StartAsync();
        server.Answer = (post, _, context) =>
        {
            if (post == 1)
            {
                context.Abort();
            }

            return Task.FromResult(post == 1);
        };
        using var file = new ImportFile(ImportFile.Events(3));

        var import = await file.RunAsync(server.Url, time: time);

        Assert.Equal(0, import.ExitCode);
        Assert.Contains("can't be reached", import.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_gets_through_for_long_it_stops_and_says_where_the_next_one_goes_on()
    {
        var time = new SkippingTime();
        await using var server = await StubServer.StartAsync();
        server.Answer = (post, _, context) => post > 1 ? StubServer.StatusAsync(context, 503) : Task.FromResult(false);
        using var file = new ImportFile(ImportFile.Events(700));

        var import = await file.RunAsync(server.Url, time: time);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("answers 503.\n", import.Error, StringComparison.Ordinal);
        Assert.Contains("Up to line 500, 500 were accepted", import.Error, StringComparison.Ordinal);
        Assert.InRange(time.Waits.Sum(wait => wait.TotalMinutes), 9, 10);
        Assert.True(file.HasCheckpoint);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_told_within_seconds()
    {
        var time = new SkippingTime();
        using var file = new ImportFile(ImportFile.Events(3));

        var import = await file.RunAsync(new Uri("http://127.0.0.1:1/"), time: time);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("http://127.0.0.1:1/ can't be reached", import.Error, StringComparison.Ordinal);
        Assert.True(time.Waits.Sum(wait => wait.TotalSeconds) <= 5);
        Assert.False(file.HasCheckpoint);
    }

    [Theory]
    [InlineData(404, "OrderFunctions is not there. Check --to.")]
    [InlineData(405, "OrderFunctions is not there. Check --to.")]
    [InlineData(403, "lets nobody in from here")]
    [InlineData(415, "with 415")]
    [InlineData(308, "redirects to https://elsewhere.example/: give --to the address it leads to.")]
    public async Task What_will_not_pass_stops_it_with_a_sentence(int status, string sentence)
    {
        await using var server = await StubServer.StartAsync();
        server.Answer = (_, _, context) =>
        {
            context.Response.Headers.Location = "https://elsewhere.example/";
            return StubServer.StatusAsync(context, status);
        };
        using var file = new ImportFile(ImportFile.Events(3));

        var import = await file.RunAsync(server.Url);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains(sentence, import.Error, StringComparison.Ordinal);
        Assert.Equal(1, server.Posts);
    }

    [Fact]
    public async Task A_batch_too_large_for_a_proxy_is_sent_in_smaller_ones_and_so_are_the_next()
    {
        await using var server = await StubServer.StartAsync();
        server.Answer = (_, orders, context) =>
            orders.Count > 130 || orders.Contains("o-9")
                ? StubServer.StatusAsync(context, 413)
                : Task.FromResult(false);
        using var file = new ImportFile(ImportFile.Events(1000));

        var import = await file.RunAsync(server.Url);

        Assert.Equal(1, import.ExitCode);
        Assert.Equal(999, server.AcceptedOrders.Distinct().Count());
        Assert.Equal(999, server.AcceptedOrders.Count());
        Assert.StartsWith("""{"line":10,"errors":{"$":["has """, Assert.Single(file.Refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_that_name_no_line_are_narrowed_down_to_it()
    {
        await using var server = await StubServer.StartAsync();
        server.Answer = (_, orders, context) =>
            orders.Contains("o-7") ? StubServer.InvalidAsync(context, ("$", "is bad")) : Task.FromResult(false);
        using var file = new ImportFile(ImportFile.Events(20));

        var import = await file.RunAsync(server.Url);

        Assert.Equal("19", import.Number("accepted"));
        Assert.Equal(["""{"line":8,"errors":{"$":["is bad"]}}"""], file.Refused);
    }

    [Fact]
    public async Task A_400_that_is_not_OrderFunctions_own_stops_it()
    {
        await using var server = await StubServer.StartAsync();
        server.Answer = async (_, _, context) =>
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("<html>The plain HTTP request was sent to HTTPS port</html>");
            return true;
        };
        using var file = new ImportFile(ImportFile.Events(20));

        var import = await file.RunAsync(server.Url);

        Assert.Equal(1, import.ExitCode);
        Assert.Equal(1, server.Posts);
        Assert.Empty(file.Refused);
    }

    [Fact]
    public async Task A_202_that_is_not_OrderFunctions_own_is_not_believed()
    {
        await using var server = await StubServer.StartAsync();
        server.Answer = async (_, _, context) =>
        {
            context.Response.StatusCode = 202;
            await context.Response.WriteAsync("{\"accepted\":20,\"events\":[{}]}");
            return true;
        };
        using var file = new ImportFile(ImportFile.Events(20));

        var import = await file.RunAsync(server.Url);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("not as OrderFunctions does", import.Error, StringComparison.Ordinal);
        Assert.False(file.HasCheckpoint);
    }

    [Fact]
    public async Task A_file_that_is_one_JSON_array_is_told_at_once()
    {
        await using var server = await StubServer.StartAsync();
        using var file = new ImportFile("[", ImportFile.Event("o-1"), "]");

        var import = await file.RunAsync(server.Url);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("is one JSON array", import.Error, StringComparison.Ordinal);
        Assert.Empty(file.Refused);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_000_000_000)]
    public async Task However_often_the_file_is_read_for_the_check_each_order_is_counted_once(long bytes)
    {
        await using var server = await StubServer.StartAsync();
        using var file = new ImportFile(
            Enumerable.Range(0, 60).Select(i => i == 7 ? "no" : ImportFile.Event($"o-{i % 20}"))
        );

        var import = await file.RunAsync(
            server.Url,
            options => options with { Verify = true, MostBytesChecked = bytes },
            new SkippingTime()
        );

        Assert.Contains("How the orders stand (20)", import.Output, StringComparison.Ordinal);
        Assert.Equal("20", import.Row("duel")["waiting"]);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_wrong_usage()
    {
        using var file = new ImportFile();
        File.Delete(file.FullName);

        var import = await file.RunAsync(new Uri("http://127.0.0.1:1/"));

        Assert.Equal(2, import.ExitCode);
    }
}
