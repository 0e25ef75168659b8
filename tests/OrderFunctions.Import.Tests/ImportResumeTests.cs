using OrderFunctions.TestKit.Import;

namespace OrderFunctions.Import.Tests;

public sealed class ImportResumeTests
{
    private static readonly IReadOnlyList<string> Orders = [.. Enumerable.Range(0, 1200).Select(i => $"o-{i}")];

    [Fact]
    public async Task It_goes_on_after_the_last_batch_that_was_accepted()
    {
        await using var server = await StubServer.StartAsync();
        using var file = new ImportFile(ImportFile.Events(1200));
        await InterruptAsync(server, file);

        var import = await file.RunAsync(server.Url);

        Assert.Equal(0, import.ExitCode);
        Assert.Contains("Going on after line 500,", import.Error, StringComparison.Ordinal);
        Assert.Equal(Orders, server.AcceptedOrders);
        Assert.Equal(("1,200", "1,200"), (import.Number("lines read"), import.Number("accepted")));
        Assert.False(file.HasCheckpoint);
    }

    [Fact]
    public async Task It_goes_on_where_lines_were_added_at_the_end()
    {
        await using var server = await StubServer.StartAsync();
        using var file = new ImportFile(ImportFile.Events(1200));
        await InterruptAsync(server, file);
        file.Append(ImportFile.Event("new"));

        await file.RunAsync(server.Url);

        Assert.Equal([.. Orders, "new"], server.AcceptedOrders);
    }

    [Fact]
    public async Task A_file_that_has_changed_is_begun_again()
    {
        await using var server = await StubServer.StartAsync();
        using var file = new ImportFile(ImportFile.Events(1200));
        await InterruptAsync(server, file);
        file.Write(ImportFile.Events(1200).Select((line, i) => i == 3 ? ImportFile.Event("changed") : line));

        var import = await file.RunAsync(server.Url);

        Assert.Contains("The file has changed", import.Error, StringComparison.Ordinal);
        Assert.Contains("changed", server.AcceptedOrders);
        Assert.Equal(500 + 1200, server.AcceptedOrders.Count());
    }

    [Fact]
    public async Task A_file_begun_again_and_interrupted_again_is_gone_on_with()
    {
        await using var server = await StubServer.StartAsync();
        using var file = new ImportFile(ImportFile.Events(1200));
        server.Answer = (post, _, context) => post > 2 ? StubServer.StatusAsync(context, 404) : Task.FromResult(false);
        await file.RunAsync(server.Url);
        file.Write(ImportFile.Events(1200).Select((line, i) => i == 3 ? ImportFile.Event("changed") : line));
        server.Answer = (post, _, context) => post > 4 ? StubServer.StatusAsync(context, 404) : Task.FromResult(false);
        await file.RunAsync(server.Url);
        server.Answer = (_, _, _) => Task.FromResult(false);

        var import = await file.RunAsync(server.Url);

        Assert.Contains("Going on after line 500,", import.Error, StringComparison.Ordinal);
        Assert.Equal("1,200", import.Number("accepted"));
    }

    [Fact]
    public async Task A_file_that_became_shorter_is_begun_again()
    {
        await using var server = await StubServer.StartAsync();
        using var file = new ImportFile(ImportFile.Events(1200));
        await InterruptAsync(server, file);
        file.Write(ImportFile.Events(10));

        await file.RunAsync(server.Url);

        Assert.Equal(500 + 10, server.AcceptedOrders.Count());
    }

    [Fact]
    public async Task What_went_elsewhere_is_not_gone_on_with_here()
    {
        await using var there = await StubServer.StartAsync();
        await using var here = await StubServer.StartAsync();
        using var file = new ImportFile(ImportFile.Events(1200));
        await InterruptAsync(there, file);

        var import = await file.RunAsync(here.Url);

        Assert.Contains($"went to {there.Url}", import.Error, StringComparison.Ordinal);
        Assert.Equal(Orders, here.AcceptedOrders);
    }

    [Fact]
    public async Task A_place_that_was_kept_but_can_not_be_read_is_begun_again()
    {
        await using var server = await StubServer.StartAsync();
        using var file = new ImportFile(ImportFile.Events(3));
        await File.WriteAllTextAsync(file.FullName + ".import", "{\"to\":");

        var import = await file.RunAsync(server.Url);

        Assert.Equal(0, import.ExitCode);
        Assert.Equal(3, server.AcceptedOrders.Count());
    }

    [Fact]
    public async Task Lines_refused_before_the_interruption_are_reported_once()
    {
        await using var server = await StubServer.StartAsync();
        using var file = new ImportFile(ImportFile.Events(1200).Select((line, i) => i % 100 == 0 ? "no" : line));
        await InterruptAsync(server, file);
        // As a kill leaves it between the two writes after a batch.
        await File.AppendAllTextAsync(file.FullName + ".refused", "{\"line\":601,\"errors\":{}}\n");

        var import = await file.RunAsync(server.Url);

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"{{\"line\":{(i * 100) + 1},"), file.Refused.Select(Start));
        Assert.StartsWith("12, see", import.Number("refused"), StringComparison.Ordinal);

        static string Start(string line) => line[..(line.IndexOf(',', StringComparison.Ordinal) + 1)];
    }

    [Fact]
    public async Task Stopped_it_ends_at_once_and_the_next_one_goes_on()
    {
        await using var server = await StubServer.StartAsync();
        using var file = new ImportFile(ImportFile.Events(1200));
        using var stop = new CancellationTokenSource();
        server.Answer = async (post, _, context) =>
        {
            if (post == 2)
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted)
                    .ContinueWith(_ => { }, TaskScheduler.Default);
            }

            return post == 2;
        };

        var import = await file.RunAsync(server.Url, cancellationToken: stop.Token);
        await file.RunAsync(server.Url);

        Assert.Equal(1, import.ExitCode);
        Assert.StartsWith("Stopped.", import.Error, StringComparison.Ordinal);
        Assert.Equal(Orders, server.AcceptedOrders);
    }

    [Fact]
    public async Task Two_imports_of_one_file_do_not_run_at_once()
    {
        await using var server = await StubServer.StartAsync();
        using var file = new ImportFile(ImportFile.Events(10));
        var second = new TaskCompletionSource<ImportRun>();
        server.Answer = async (_, _, _) =>
        {
            second.SetResult(await file.RunAsync(server.Url));
            return false;
        };

        var first = await file.RunAsync(server.Url);

        Assert.Equal((0, 1), (first.ExitCode, (await second.Task).ExitCode));
        Assert.Contains(
            "Is another import of this file under way?",
            (await second.Task).Error,
            StringComparison.Ordinal
        );
        Assert.Equal(10, server.AcceptedOrders.Count());
    }

    // Fails with 404 after the first batch.
    private static async Task InterruptAsync(StubServer server, ImportFile file)
    {
        server.Answer = (post, _, context) => post > 1 ? StubServer.StatusAsync(context, 404) : Task.FromResult(false);
        var import = await file.RunAsync(server.Url);
        Assert.Equal(1, import.ExitCode);
        Assert.Single(server.Accepted);
        server.Answer = (_, _, _) => Task.FromResult(false);
    }
}
