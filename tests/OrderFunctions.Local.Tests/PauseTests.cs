using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Diagnostics;
using OrderFunctions.Journaling;
using OrderFunctions.Ledger;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

public sealed class PauseTests
{
    private const string Pause = "api/providers/duel/pause";

    [Fact]
    public async Task While_a_provider_is_paused_its_queue_is_left_alone_and_the_others_are_told()
    {
        await using var system = await LocalSystem.StartAsync();
        await PauseAsync(system);
        await SubmitAsync(system, 50);

        await OthersAreToldAsync(system, 50);

        Assert.Equal(0, system.Sandbox.Count("duel"));
        var duel = await OverviewAsync(system);
        Assert.Equal((true, 50), (duel.GetProperty("paused").GetBoolean(), duel.GetProperty("waiting").GetInt32()));
        Assert.Null(await system.Host.Services.GetRequiredService<ILedger>().FindAsync("o-0", "duel", default));
    }

    [Fact]
    public async Task What_waited_is_told_as_soon_as_the_provider_is_resumed()
    {
        // The clock stands still: nothing that is told waited for a time.
        await using var system = await LocalSystem.StartAsync(new ManualTime());
        await PauseAsync(system);
        await SubmitAsync(system, 50);
        await OthersAreToldAsync(system, 50);

        using (await system.Http.DeleteAsync(Pause)) { }

        await system.IdleAsync();
        Assert.Equal(50, system.Sandbox.Count("duel"));
    }

    [Fact]
    public async Task A_pause_outlasts_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("pause-");
        try
        {
            string[] settings = ["--Local:DataDirectory", folder.FullName];
            await using (var before = await LocalSystem.StartAsync(settings: settings))
            {
                await PauseAsync(before);
                await SubmitAsync(before, 5);
                await OthersAreToldAsync(before, 5);
            }

            await using var system = await LocalSystem.StartAsync(settings: settings);
            var duel = await OverviewAsync(system);
            Assert.Equal((true, 5), (duel.GetProperty("paused").GetBoolean(), duel.GetProperty("waiting").GetInt32()));
            Assert.Equal("Duel migrates", duel.GetProperty("pauseNote").GetString());
            Assert.Equal(0, system.Sandbox.Count("duel"));

            using (await system.Http.DeleteAsync(Pause)) { }
            await system.IdleAsync();
            Assert.Equal(5, system.Sandbox.Count("duel"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Behind_an_open_circuit_one_delivery_at_a_time_tries_whether_the_provider_is_back()
    {
        var time = new ManualTime();
        await using var system = await LocalSystem.StartAsync(time, "--Providers:Katalys:QuickRetryDelay", "00:00:00");
        var channel = system.Host.Services.GetRequiredService<ProviderChannels>().Get("katalys");
        system.Sandbox.InjectFault("katalys", new Fault { Status = 503 });
        await SubmitAsync(system, 200);
        await LocalSystem.UntilAsync(() => channel.Circuit == Circuit.Open, () => "the circuit should open");
        await LocalSystem.UntilAsync(
            () => system.BusyQueues is [] or ["orders-katalys"],
            () => $"only katalys' queue should be busy: {string.Join(", ", system.BusyQueues)}"
        );
        var journal = system.Host.Services.GetRequiredService<Journal>();
        var (calls, bytes) = (system.Sandbox.Count("katalys"), journal.Counts.Bytes);
        Assert.InRange(calls, 20, 60);

        for (var probe = 1; probe <= 5; probe++)
        {
            var until = channel.OpenUntil!.Value;
            time.AdvanceTo(until);
            await LocalSystem.UntilAsync(
                () => channel.OpenUntil > until,
                () => $"probe {probe} should open the circuit again"
            );
            Assert.Equal(calls + probe, system.Sandbox.Count("katalys"));
        }

        // A probe's delivery is on record; nothing else came or went.
        Assert.InRange(journal.Counts.Bytes - bytes, 0, 5 * 20_000);
        system.Sandbox.ClearFault("katalys");
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await system.IdleAsync();
        }

        var told = system.Sandbox.Received("katalys").Where(call => call.StatusCode == 204).ToList();
        Assert.Equal(200, told.Count);
    }

    private static async Task PauseAsync(LocalSystem system)
    {
        using var content = new StringContent("""{"note":"Duel migrates"}""", null, "application/json");
        using var paused = await system.Http.PutAsync(Pause, content);
        Assert.Equal(HttpStatusCode.NoContent, paused.StatusCode);
    }

    private static async Task SubmitAsync(LocalSystem system, int orders)
    {
        var events = Enumerable
            .Range(0, orders)
            .Select(i => Samples.Json(json => json["order"]!["id"] = $"o-{i}").ToJsonString());
        using var accepted = await system.PostAsync("api/orders/batch", $"[{string.Join(',', events)}]");
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    private static async Task OthersAreToldAsync(LocalSystem system, int orders)
    {
        await LocalSystem.UntilAsync(
            () => Samples.ProviderNames.Where(name => name != "duel").All(name => system.Sandbox.Count(name) == orders),
            () => "the other providers should be told"
        );
        await LocalSystem.UntilAsync(
            () => system.BusyQueues is ["orders-duel"],
            () => $"only duel's queue should be busy: {string.Join(", ", system.BusyQueues)}"
        );
    }

    private static async Task<JsonElement> OverviewAsync(LocalSystem system, string provider = "duel") =>
        (await system.GetAsync("api/overview"))
            .GetProperty("providers")
            .EnumerateArray()
            .Single(each => each.GetProperty("provider").GetString() == provider);
}
