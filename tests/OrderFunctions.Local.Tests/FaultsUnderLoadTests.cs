using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Katalys;
using OrderFunctions.Sandbox.Retrack;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Local.Tests;

/// <summary>
/// Shops send orders all the time while one thing after another goes wrong with a real process, its disk and the
/// platforms. FAULT_ROUNDS=20 is the long form: each fault so often, for seconds instead of moments.
/// </summary>
public sealed class FaultsUnderLoadTests(ITestOutputHelper output)
{
    private const string NoDescriptors = "no file descriptors";
    private static readonly int Rounds = EnvironmentNumber.Of("FAULT_ROUNDS", 1);
    private static readonly bool IsLong = Rounds > 1;

    // Duel may be told again after five minutes only, and 25 times a second: CrashTests have it.
    private static readonly string[] Told = [.. Samples.ProviderNames.Except(["duel"])];
    private const string WithoutDuel = "--Providers:Duel:Enabled=false";

    // What Kubernetes and Service Bus's function hosts leave a process is 30 s.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(25);

    [UnixFact]
    public async Task Every_accepted_order_is_told_once_in_effect_whatever_goes_wrong_meanwhile()
    {
        output.WriteLine($"TEST_SEED={RandomOrder.Seed} FAULT_ROUNDS={Rounds}");
        var random = new Random(RandomOrder.Seed);
        await using var rig = await CrashRig.CreateAsync([WithoutDuel, .. RetryEverySecond()]);
        await rig.StartAsync();
        using var publishers = new Publishers(rig, random);
        var faults = ProcessFaults(rig).Concat(ProviderFaults(rig, random)).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            random.Shuffle(faults);
            foreach (var (name, inject) in faults)
            {
                output.WriteLine($"{publishers.AcceptedCount} accepted, then: {name}");
                await Task.Delay(random.Next(50, 200));
                await inject(TimeSpan.FromMilliseconds(IsLong ? random.Next(500, 5_000) : random.Next(100, 400)));
                await StartAgainAsync(rig, name);
            }
        }

        await publishers.CloseAsync();
        var accepted = publishers.Accepted;
        // Some of them come to stand otherwise while it is killed once more.
        var changed = accepted.Take(20).ToList();
        var changing = Task.WhenAll(changed.Select(orderId => ChangeAsync(rig, orderId)));
        await KillAsync(rig);
        await rig.UntilAsync(() => Task.FromResult(changing.IsCompleted), () => "The changes should get their 202");
        await changing;
        await ReplayParkedAsync(rig);

        await rig.UntilToldAsync(accepted, exceptBy: "duel");
        await rig.UntilAsync(
            () => Task.FromResult(changed.TrueForAll(orderId => HasNewTotal(rig, orderId))),
            () =>
                $"Katalys should have the last total of {string.Join(", ", changed.Where(id => !HasNewTotal(rig, id)))}"
        );
        await UntilNothingWaitsAsync(rig);
        await rig.NothingIsParkedAsync();
        AssertToldOnce(rig, unlessCutOff: ((Rounds * ProcessFaults(rig).Count) + 1) * QueuePump.WorkersPerProvider);
        Assert.Equal(0, await rig.StopAsync());
        output.WriteLine($"{accepted.Count} orders, {publishers.Repeats} requests sent again");
    }

    [LinuxFact]
    public async Task What_no_file_descriptor_could_be_had_for_later_is_loaded_before_it_takes_orders()
    {
        await using var rig = await CrashRig.CreateAsync();
        await rig.StartAsync();

        var loaded = await File.ReadAllTextAsync($"/proc/{rig.Newest.Id}/maps");

        // Each was once first needed when there was none, and everything that needed it failed from then on.
        Assert.All(
            [
                "Microsoft.AspNetCore.Diagnostics.Abstractions",
                "Microsoft.AspNetCore.Http.Results",
                "Microsoft.AspNetCore.WebUtilities",
                "System.Diagnostics.StackTrace",
            ],
            assembly => Assert.Contains($"/{assembly}.dll", loaded, StringComparison.Ordinal)
        );
    }

    [UnixFact]
    public async Task What_a_small_heap_accepted_is_told_by_the_next_process_of_the_same_heap()
    {
        foreach (var megabytes in IsLong ? [64, 96, 192] : new[] { 64 })
        {
            await using var rig = await CrashRig.CreateAsync(WithoutDuel);
            rig.Environment["DOTNET_GCHeapHardLimit"] = $"0x{megabytes << 20:x}";
            rig.Environment["DOTNET_gcServer"] = "0";
            await rig.StartAsync();
            var accepted = new List<string>();
            using var closing = new CancellationTokenSource(TimeSpan.FromSeconds(IsLong ? 3 : 1));
            await Task.WhenAll(Enumerable.Range(0, 4).Select(shop => Task.Run(() => SubmitAsync(shop))));
            var endedByItself = rig.Newest.HasExited;
            if (!endedByItself)
            {
                await rig.KillAsync();
            }

            await rig.StartAsync();

            await rig.UntilToldAsync(accepted, exceptBy: "duel");
            output.WriteLine($"{megabytes} MB: {accepted.Count} orders, ended by itself: {endedByItself}");
            await rig.NothingIsParkedAsync();

            async Task SubmitAsync(int shop)
            {
                for (var batch = 0; !closing.IsCancellationRequested && !rig.Newest.HasExited; batch++)
                {
                    var orders = Enumerable.Range(0, 50).Select(i => $"p{shop}-{batch}-{i}").ToList();
                    var isAccepted = await rig.TrySubmitAsync(orders);
                    lock (accepted)
                    {
                        accepted.AddRange(isAccepted ? orders : []);
                    }
                }
            }
        }
    }

    // Each leaves calls that were under way without an answer, or what came of them off the record.
    private static IReadOnlyList<(string Name, Func<TimeSpan, Task> Inject)> ProcessFaults(CrashRig rig)
    {
        List<(string, Func<TimeSpan, Task>)> faults =
        [
            ("kill -9", _ => KillAsync(rig)),
            ("SIGTERM", _ => StopAsync(rig)),
            ("SIGSTOP, then SIGCONT", time => FreezeAsync(rig, time)),
            ("the folder is moved away, then back", rig.MoveFolderAsync),
        ];
        if (OperatingSystem.IsLinux())
        {
            faults.Add(("the disk is full", time => ProcessLimits.FillDiskAsync(rig.Newest.Id, time)));
            faults.Add((NoDescriptors, time => TakeDescriptorsAsync(rig, time)));
        }

        if (ProcessLimits.CanTamper)
        {
            var delay = TimeSpan.FromMilliseconds(50);
            faults.Add(("the disk is read-only", time => ProcessLimits.MakeReadOnlyAsync(rig.Newest.Id, time)));
            faults.Add(("the disk is slow", time => ProcessLimits.SlowDiskDownAsync(rig.Newest.Id, delay, time)));
        }

        return faults;
    }

    private static IEnumerable<(string Name, Func<TimeSpan, Task> Inject)> ProviderFaults(
        CrashRig rig,
        Random random
    ) =>
        new (string Name, Fault Fault)[]
        {
            ("hangs", new Fault { Hang = true }),
            ("drops calls", new Fault { Drop = true }),
            ("drops calls that it has taken", new Fault { Drop = true, ServeFirst = true }),
            ("answers 503", new Fault { Status = 503 }),
            ("answers 429", new Fault { Status = 429, RetryAfterSeconds = 1 }),
            ("answers garbage", new Fault { Body = "<html>\u0000{[", ServeFirst = true }),
            ("answers a megabyte", new Fault { BodyBytes = 1 << 20, ServeFirst = true }),
            ("is slow", new Fault { Delay = TimeSpan.FromMilliseconds(300) }),
        }.Select(each =>
        {
            var provider = Told[random.Next(Told.Length)];
            return (
                $"{provider} {each.Name}",
                (Func<TimeSpan, Task>)(
                    async time =>
                    {
                        // A few calls are not yet an outage, after which nobody is called for half a minute.
                        rig.Sandbox.InjectFault(provider, each.Fault with { Times = IsLong ? null : 3 });
                        await Task.Delay(time);
                        rig.Sandbox.ClearFault(provider);
                    }
                )
            );
        });

    // What keeps a service running does so when it ends; nothing but the want of descriptors may make it end.
    private async Task StartAgainAsync(CrashRig rig, string fault)
    {
        if (rig.Newest.HasExited)
        {
            output.WriteLine($"After '{fault}' it had ended by itself:\n{rig.Newest.Tail}");
            Assert.Equal(NoDescriptors, fault);
            await KillAsync(rig);
        }
    }

    private static async Task KillAsync(CrashRig rig)
    {
        await rig.KillAsync();
        await rig.StartAsync();
    }

    private static async Task StopAsync(CrashRig rig)
    {
        Assert.Equal(0, await rig.StopAsync().WaitAsync(LongestStop));
        await rig.StartAsync();
    }

    private static async Task FreezeAsync(CrashRig rig, TimeSpan time)
    {
        await rig.Newest.SignalAsync("STOP");
        await Task.Delay(time);
        await rig.Newest.SignalAsync("CONT");
    }

    // It answers then, or ends: nothing of it may stay broken.
    private static async Task TakeDescriptorsAsync(CrashRig rig, TimeSpan time)
    {
        await ProcessLimits.TakeDescriptorsAsync(rig.Newest.Id, time);
        await rig.UntilLiveOrEndedAsync();
    }

    private static async Task ChangeAsync(CrashRig rig, string orderId)
    {
        while (!await rig.TryPostAsync("api/orders", Changed(orderId)))
        {
            await Task.Delay(20);
        }
    }

    private static JsonObject Changed(string orderId) =>
        Samples.Json(json =>
        {
            json["occurredAt"] = "2025-11-21T15:00:00+01:00";
            var order = json["order"]!;
            (order["id"], order["status"]) = (orderId, "partiallyRefunded");
            (order["total"], order["tax"]) = ("75.00", "15.00");
        });

    private static bool HasNewTotal(CrashRig rig, string orderId) =>
        rig.Sandbox.Provider<KatalysApi>().Find(orderId) is { Sale: 75.00m };

    // Garbage is no answer that a retry mends: a person sees it, with the reason, and sends it back.
    private async Task ReplayParkedAsync(CrashRig rig)
    {
        await UntilNothingWaitsAsync(rig);
        var page = await rig.Newest.FindAsync("api/parked?limit=500");
        var parked = page!.Value.GetProperty("items").EnumerateArray().ToList();
        Assert.All(parked, each => Assert.NotEqual("", each.GetProperty("description").GetString()));
        output.WriteLine($"{parked.Count} were parked, and are sent back");
        Assert.True(await rig.TryReplayAsync());
    }

    // But for Duel: nobody calls it, so nothing brings forward what was put off because the disk failed.
    private static async Task UntilNothingWaitsAsync(CrashRig rig)
    {
        JsonElement providers = default;
        await rig.UntilAsync(
            async () =>
            {
                providers = (await rig.Newest.FindAsync("api/overview"))!.Value.GetProperty("providers");
                return providers
                    .EnumerateArray()
                    .Where(provider => Told.Contains(provider.GetProperty("provider").GetString()))
                    .All(provider => provider.GetProperty("waiting").GetInt32() == 0);
            },
            () => $"Nothing should wait any more: {providers}"
        );
    }

    private void AssertToldOnce(CrashRig rig, int unlessCutOff)
    {
        foreach (var provider in Told)
        {
            var told = rig
                .Sandbox.Received(provider)
                .Where(call => call.StatusCode is 200 or 204)
                .Select(call => (Order: CrashOrders.ToldBy(call), call.Body))
                .Where(each => each.Order is not null)
                .ToList();
            var again = told.Count - told.Distinct().Count();
            output.WriteLine($"{provider}: {told.Count} calls, {again} of them again (at most {unlessCutOff})");
            Assert.True(again <= unlessCutOff, $"{provider} was told {again} times again.\n{rig.Newest.Tail}");
        }

        Assert.All(
            rig.Sandbox.Provider<RetrackApi>().Transactions,
            each => Assert.True(each.RefusedRepeats == 0, $"A second transaction was asked for: {each}")
        );
    }

    private static IEnumerable<string> RetryEverySecond() =>
        from provider in Told
        from setting in Enumerable.Range(0, 60).Select(i => $"RetryDelays:{i}=00:00:01").Append("TimeoutSeconds=3")
        select $"--Providers:{provider}:{setting}";
}
