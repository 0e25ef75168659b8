using System.Text.Json;
using System.Text.RegularExpressions;
using OrderFunctions.Sandbox.Control;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Retrack;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Local.Tests;

/// <summary>What a 202 is worth when the process dies: real processes, really killed, on one folder.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private static readonly int Kills = EnvironmentNumber.Of("CRASH_KILLS", 3);

    [UnixFact]
    public async Task Every_order_that_got_a_202_reaches_every_provider_however_often_the_process_is_killed()
    {
        output.WriteLine($"TEST_SEED={RandomOrder.Seed} CRASH_KILLS={Kills}");
        var random = new Random(RandomOrder.Seed);
        await using var rig = await CrashRig.CreateAsync();
        using var publishers = new Publishers(rig, random);
        for (var kill = 0; kill < Kills; kill++)
        {
            SlowDown(rig.Sandbox, random);
            if (kill % 3 == 1)
            {
                // While it starts, perhaps in the middle of its recovery.
                rig.Launch();
            }
            else
            {
                await rig.StartAsync();
            }

            await Task.Delay(random.Next(100, 1000));
            await rig.KillAsync();
        }

        await rig.StartAsync();
        await publishers.CloseAsync();
        if (Kills > 50)
        {
            // Duel is told again after five minutes, and the calls that it takes in a minute went to processes that are gone.
            rig.Patience = TimeSpan.FromMinutes(7);
        }

        var accepted = publishers.Accepted;
        var unknown = publishers.Unknown;
        await rig.UntilToldAsync(accepted);

        output.WriteLine($"{accepted.Count} orders got a 202, {publishers.Repeats} requests sent again");
        output.WriteLine(
            $"ready after {string.Join(", ", rig.StartTimes.Select(time => $"{time.TotalSeconds:0.00} s"))}"
        );
        await rig.UntilAsync(
            () => Task.FromResult(unknown.All(request => IsWhole(rig, request))),
            () => $"Told in part: {string.Join("; ", unknown.Where(r => !IsWhole(rig, r)).SelectMany(rig.Told))}"
        );
        output.WriteLine(
            $"{unknown.Count} requests without an answer, {unknown.Count(r => rig.Told(r).Any())} of them told"
        );
        await rig.NothingIsParkedAsync();
        AssertToldOnce(rig, unlessKilledAtIt: Kills * QueuePump.WorkersPerProvider);
        Assert.All(
            rig.Sandbox.Provider<RetrackApi>().Transactions,
            each =>
                Assert.True(each.RefusedRepeats == 0, $"A second transaction was asked for: {each}\n{rig.Newest.Tail}")
        );
    }

    [UnixFact]
    public async Task A_kill_while_retries_are_scheduled_loses_none()
    {
        await using var rig = await CrashRig.CreateAsync(RetryEveryTwoSeconds("Katalys"));
        string[] orders = ["r-1", "r-2", "r-3", "r-4"];
        // All three attempts of each order, and then those of two.
        rig.Sandbox.InjectFault("katalys", new Fault { Status = 500, Times = 18 });
        await rig.StartAsync();
        await rig.SubmitAsync(orders);
        foreach (var order in orders)
        {
            await rig.UntilInLedgerAsync(
                order,
                "katalys",
                entry => entry.GetProperty("attempts").GetArrayLength() >= 3
            );
        }

        await rig.KillAsync();
        await rig.StartAsync();
        await rig.UntilCalledAsync("katalys", 15);
        await rig.KillAsync();
        await rig.StartAsync();

        await rig.UntilToldAsync(orders);
        foreach (var order in orders)
        {
            var entry = await rig.UntilInLedgerAsync(order, "katalys", IsDelivered);
            var first = entry.GetProperty("attempts")[0];
            Assert.Equal(500, first.GetProperty("statusCode").GetInt32());
        }

        await rig.NothingIsParkedAsync();
    }

    [UnixFact]
    public async Task A_kill_in_the_middle_of_a_replay_loses_none()
    {
        await using var rig = await CrashRig.CreateAsync();
        string[] orders = [.. Enumerable.Range(0, 200).Select(i => $"t-{i}")];
        rig.Sandbox.InjectFault("katalys", new Fault { Status = 400 });
        await rig.StartAsync();
        await rig.SubmitAsync(orders);
        await rig.UntilParkedAsync(orders.Length);
        rig.Sandbox.ClearFault("katalys");
        var refused = rig.Sandbox.Count("katalys");

        var replaying = rig.TryReplayAsync();
        await rig.UntilCalledAsync("katalys", refused + 1);
        await rig.KillAsync();
        await replaying;
        await rig.StartAsync();
        Assert.True(await rig.TryReplayAsync());

        await rig.UntilToldAsync(orders);
        await rig.NothingIsParkedAsync();
        var told = rig.Sandbox.Received("katalys").Where(call => call.StatusCode < 300).Select(CrashOrders.ToldBy);
        var again = told.Count() - orders.Length;
        Assert.True(again <= QueuePump.WorkersPerProvider, $"Katalys was told {again} times again.\n{rig.Newest.Tail}");
    }

    [UnixFact]
    public async Task A_process_that_is_started_anew_goes_on_counting_the_last_minutes_calls()
    {
        await using var rig = await CrashRig.CreateAsync("--Providers:Katalys:RequestsPerMinute=2");
        await rig.StartAsync();
        await rig.SubmitAsync(["l-1", "l-2"]);
        await rig.UntilInLedgerAsync("l-1", "katalys", IsDelivered);
        await rig.UntilInLedgerAsync("l-2", "katalys", IsDelivered);
        await rig.KillAsync();
        await rig.StartAsync();
        await rig.SubmitAsync(["l-3"]);

        var entry = await rig.UntilInLedgerAsync(
            "l-3",
            "katalys",
            entry => entry.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String
        );
        Assert.Equal("the limit of 2 requests a minute is reached", entry.GetProperty("reason").GetString());
        Assert.Equal(0, entry.GetProperty("attempts").GetArrayLength());
        Assert.Equal(2, rig.Sandbox.Count("katalys"));
    }

    [UnixFact]
    public async Task A_second_process_on_the_same_folder_stops_and_names_the_first()
    {
        await using var rig = await CrashRig.CreateAsync();
        var first = await rig.StartAsync();
        await using var second = LocalProcess.Launch(rig.Settings);

        Assert.Equal(1, await second.ExitAsync());
        var sentence = Assert.Single(second.Errors);
        Assert.Matches($@"\b{first.Id}\b", sentence);
        Assert.Contains(rig.Folder, sentence, StringComparison.Ordinal);
        await rig.SubmitAsync(["s-1"]);
        await rig.UntilToldAsync(["s-1"]);
    }

    [UnixFact]
    public async Task A_stop_by_SIGTERM_leaves_nothing_to_repair()
    {
        await using var rig = await CrashRig.CreateAsync(RetryEveryTwoSeconds("Katalys"));
        string[] orders = ["t-1", "t-2"];
        rig.Sandbox.InjectFault("katalys", new Fault { Status = 500 });
        rig.Sandbox.InjectFault("retrack", new Fault { Hang = true });
        var first = await rig.StartAsync();
        await rig.SubmitAsync(orders);
        foreach (var order in orders)
        {
            await rig.UntilInLedgerAsync(order, "duel", IsDelivered);
            await rig.UntilInLedgerAsync(order, "avantlink", IsDelivered);
            await rig.UntilInLedgerAsync(
                order,
                "katalys",
                entry => entry.GetProperty("attempts").GetArrayLength() >= 3
            );
        }

        await rig.UntilCalledAsync("retrack", orders.Length);
        Assert.Equal(0, await rig.StopAsync());
        rig.Sandbox.ClearFault("katalys");
        rig.Sandbox.ClearFault("retrack");
        var second = await rig.StartAsync();

        await rig.UntilToldAsync(orders);
        foreach (var provider in Samples.ProviderNames)
        {
            foreach (var order in orders)
            {
                await rig.UntilInLedgerAsync(order, provider, IsDelivered);
            }

            var served = rig.Sandbox.Received(provider).Where(call => call.StatusCode is 200 or 204);
            var told = served.Select(CrashOrders.ToldBy).OfType<string>().Order();
            Assert.Equal($"{provider}: t-1, t-2", $"{provider}: {string.Join(", ", told)}");
        }

        await rig.NothingIsParkedAsync();
        Assert.DoesNotContain(first.Output.Concat(second.Output), IsWarning);
    }

    private static string[] RetryEveryTwoSeconds(string provider) =>
        [.. Enumerable.Range(0, 8).Select(i => $"--Providers:{provider}:RetryDelays:{i}=00:00:02")];

    private static bool IsDelivered(System.Text.Json.JsonElement entry) =>
        entry.GetProperty("state").GetString() == "delivered";

    private static bool IsWarning(string line) => Regex.IsMatch(line, "^(warn|fail|crit):");

    // So that calls are under way at the kill; some have arrived by then, and their answers have not.
    private static void SlowDown(SandboxState sandbox, Random random)
    {
        foreach (var provider in Samples.ProviderNames)
        {
            var delay = TimeSpan.FromMilliseconds(random.Next(10, 100));
            sandbox.InjectFault(provider, new Fault { Delay = delay, ServeFirst = random.Next(2) == 0 });
        }
    }

    private static bool IsWhole(CrashRig rig, IReadOnlyList<string> request) =>
        rig.Told(request).Count() is var told && (told == 0 || told == request.Count * Samples.ProviderNames.Length);

    private void AssertToldOnce(CrashRig rig, int unlessKilledAtIt)
    {
        foreach (var provider in Samples.ProviderNames)
        {
            var calls = rig.Sandbox.Received(provider);
            Assert.True(
                calls.Count == rig.Sandbox.Count(provider),
                "More calls than the sandbox keeps: lower CRASH_KILLS."
            );
            var told = calls.Select(CrashOrders.ToldBy).OfType<string>().ToList();
            var again = told.Count - told.Distinct().Count();
            output.WriteLine($"{provider}: {told.Count} calls, {again} of them again (at most {unlessKilledAtIt})");
            Assert.True(again <= unlessKilledAtIt, $"{provider} was told {again} times again.\n{rig.Newest.Tail}");
        }
    }
}
