using System.Text.Json.Nodes;
using OrderFunctions.Import;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Import;

namespace OrderFunctions.Local.Tests.Import;

/// <summary>The import as a process of its own.</summary>
public sealed class ImportProcessTests
{
    private const int BatchSize = 500;

    [Fact]
    public async Task Killed_again_and_again_it_loses_nothing_and_repeats_at_most_one_batch_each_time()
    {
        const int orders = 20 * BatchSize;
        var random = new Random(5);
        await using var server = await StubServer.StartAsync();
        server.Answer = async (_, _, _) =>
        {
            await Task.Delay(20);
            return false;
        };
        using var file = new ImportFile(ImportFile.Events(orders));
        var kills = 0;
        while (true)
        {
            await using var import = Launch(file, server.Url);
            var batches = server.Accepted.Count + random.Next(5);
            await LocalSystem.UntilAsync(() => import.HasExited || server.Accepted.Count > batches, () => import.Tail);
            await Task.Delay(random.Next(40));
            if (import.HasExited)
            {
                Assert.Equal(0, await import.ExitAsync());
                Assert.Contains(import.Output, IsAllAccepted);
                break;
            }

            await import.KillAsync();
            if (!file.HasCheckpoint && import.Output.Any(IsAllAccepted))
            {
                // It had ended but for its exit: the next would be an import of its own.
                break;
            }

            kills++;
        }

        Assert.True(kills > 2, $"Only {kills} kills.");
        Assert.Equal(orders, server.AcceptedOrders.Distinct().Count());
        Assert.InRange(server.AcceptedOrders.Count(), orders, orders + (kills * BatchSize));

        static bool IsAllAccepted(string line) => line.StartsWith("accepted          10,000", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_in_the_middle_and_gone_on_with_every_order_is_told_once()
    {
        const int orders = 1500;
        await using var system = await LocalSystem.StartAsync();
        using var file = new ImportFile(
            Enumerable
                .Range(0, orders)
                .Select(i => ImportFile.Event($"o-{i}", json => json["providers"] = new JsonArray("katalys")))
        );
        // At this rate five seconds pass after the first checkpoint.
        await using (var killed = Launch(file, system.Host.Url, rate: ImportOptions.UsualRate))
        {
            await LocalSystem.UntilAsync(() => file.HasCheckpoint || killed.HasExited, () => killed.Tail);
            await killed.KillAsync();
        }

        Assert.True(file.HasCheckpoint);
        await using var import = Launch(file, system.Host.Url);

        Assert.Equal(0, await import.ExitAsync());
        Assert.Contains(import.Errors, line => line.StartsWith("Going on after line ", StringComparison.Ordinal));
        await system.IdleAsync();
        Assert.Equal(orders, system.Sandbox.Count("katalys"));
    }

    [UnixFact]
    public async Task Ctrl_C_stops_it_cleanly()
    {
        await using var server = await StubServer.StartAsync();
        server.Answer = async (post, _, context) =>
        {
            await Task.Delay(post == 1 ? TimeSpan.Zero : TimeSpan.FromMinutes(1), context.RequestAborted);
            return false;
        };
        using var file = new ImportFile(ImportFile.Events(1200));
        await using var import = Launch(file, server.Url);
        await LocalSystem.UntilAsync(() => server.Posts == 2 || import.HasExited, () => import.Tail);

        Assert.Equal(1, await import.StopAsync("INT"));

        Assert.Equal(
            ["Stopped.", "Up to line 500, 500 were accepted and 0 refused. The same command goes on there."],
            import.Errors
        );
        Assert.True(file.HasCheckpoint);
    }

    private static LocalProcess Launch(ImportFile file, Uri to, int rate = 0) =>
        LocalProcess.LaunchCommand("import", file.FullName, "--to", to.AbsoluteUri, "--rate", $"{rate}", "--no-check");
}
