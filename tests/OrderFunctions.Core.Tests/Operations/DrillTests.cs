using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Bus;
using OrderFunctions.Diagnostics;
using OrderFunctions.Ledger;
using OrderFunctions.Operations;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;
using Xunit.Abstractions;

namespace OrderFunctions.Core.Tests.Operations;

/// <summary>What a person on call goes through, on a clock that is moved.</summary>
public sealed class DrillTests(ITestOutputHelper output) : RigTest
{
    private const int Orders = 2000;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, int> _handled = [];

    private ProviderSwitch Switch => Rig.Services.GetRequiredService<ProviderSwitch>();

    [Fact]
    public async Task A_provider_that_is_down_for_an_hour_holds_up_no_other_and_gets_everything_afterwards()
    {
        // Two others would show no more than one, and each costs 2,000 calls.
        await Rig.DisposeAsync();
        Rig = await Rig.StartAsync(("Providers:avantlink:Enabled", "false"), ("Providers:retrack:Enabled", "false"));
        Rig.Sandbox.State.InjectFault("katalys", new Fault { Status = 503 });
        for (var sent = 0; sent < Orders; )
        {
            for (var due = sent + 17; sent < due && sent < Orders; sent++)
            {
                await Rig.SubmitAsync(change: json => json["order"]!["id"] = $"o-{sent}");
            }

            await PassAsync(Step);
        }

        var (calls, uses, turns) = (
            Rig.Sandbox.State.Count("katalys"),
            ((InMemoryLedger)Rig.Ledger).Uses("katalys"),
            _handled["orders-katalys"]
        );
        var overview = (await OverviewAsync()).ToDictionary(each => each.Provider);
        var other = overview["duel"];
        Assert.True(other is { Waiting: 0, Circuit: Circuit.Closed, LastHour.Retried: 0 }, $"{other}");
        Assert.Equal(Orders, Told("duel").Count);

        var down = overview["katalys"];
        Assert.True(
            down is { Waiting: Orders, Parked: 0, Circuit: Circuit.Open or Circuit.HalfOpen, LastHour.Delivered: 0 },
            $"{down}"
        );
        Assert.True(Rig.Time.GetUtcNow() - down.OldestWaiting > TimeSpan.FromMinutes(58), $"{down.OldestWaiting}");
        Assert.NotEmpty(Events("circuit.opened"));

        // An hour has 120 pauses of the circuit; each ends with one call.
        Assert.True(calls is > 20 and < 170, $"{calls} calls while it was down");
        // A delivery that makes a call reads and saves its entry twice at the most; all others cost nothing.
        Assert.True(uses <= 6 * calls, $"{uses} reads and writes of the ledger, {calls} calls");
        Assert.True(turns < 10 * Orders, $"{turns} turns of {Orders} deliveries");

        Rig.Sandbox.State.ClearFault("katalys");
        var recovered = Rig.Time.GetUtcNow();
        for (var i = 0; i < 4; i++)
        {
            await PassAsync(Step);
        }

        var soon = Told("katalys").Count;
        output.WriteLine(
            $"While it was down: {calls} calls, {uses} reads and writes of the ledger, {turns} turns of deliveries."
        );
        output.WriteLine($"{soon} of {Orders} told within {Rig.Time.GetUtcNow() - recovered} of its recovery.");
        Assert.True(soon >= Orders - calls, $"{soon} were told within {Rig.Time.GetUtcNow() - recovered}");
        // What made a call while it was down goes by the schedule, which has slots of up to some hours.
        await PassAsync(TimeSpan.FromHours(6));
        Assert.Equal(Orders, Told("katalys").Distinct().Count());
        Assert.Equal(Orders, Told("katalys").Count);
        Assert.Empty(await Rig.ParkedAsync());
        Assert.Equal(0, (await OverviewAsync()).Sum(each => each.Waiting));
    }

    [Fact]
    public async Task After_a_rotation_gone_wrong_a_pause_keeps_the_schedule_from_being_used_up()
    {
        Rig.SecretStore[DuelProvider.BasicPassword] = "the old one";
        for (var i = 0; i < 100; i++)
        {
            await Rig.SubmitAsync("duel", json => json["order"]!["id"] = $"o-{i}");
        }

        await PassAsync(TimeSpan.FromMinutes(5));
        var wrong = (await OverviewAsync()).Single(each => each.Provider == "duel");
        Assert.True(wrong is { Waiting: 100, LastHour: { Delivered: 0, Retried: >= 100 } }, $"{wrong}");
        Assert.NotEmpty(Events("credential.rejected"));

        await Switch.PauseAsync("duel", "the password is the old one", default);
        var calls = Rig.Sandbox.State.Count("duel");
        for (var i = 0; i < 120; i++)
        {
            // Two hours: without the pause all would be parked after 25 minutes.
            await PassAsync(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(calls, Rig.Sandbox.State.Count("duel"));
        Assert.Empty(await Rig.ParkedAsync());

        Rig.SecretStore[DuelProvider.BasicPassword] = DuelApi.Password.Default;
        await Switch.ResumeAsync("duel", default);
        await PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(100, Told("duel").Distinct().Count());
        Assert.Equal(100, Told("duel").Count);
        Assert.Empty(await Rig.ParkedAsync());
    }

    private async Task PassAsync(TimeSpan time)
    {
        var end = Rig.Time.GetUtcNow() + time;
        while (true)
        {
            while (Rig.Bus.BusyQueues is [var queue, ..])
            {
                _handled[queue] = _handled.GetValueOrDefault(queue) + 1;
                await Rig.HandleAsync(queue);
            }

            if (Rig.Bus.NextDue is not { } due || due > end)
            {
                Rig.Time.AdvanceTo(end);
                return;
            }

            Rig.Time.AdvanceTo(due);
        }
    }

    private async Task<IReadOnlyList<ProviderOverview>> OverviewAsync() =>
        (await Rig.Services.GetRequiredService<Overview>().GetAsync(default)).Providers;

    // The orders that the provider took, once for each time.
    private List<string> Told(string provider) =>
        [
            .. Rig
                .Sandbox.State.Received(provider)
                .Where(call => call.StatusCode is >= 200 and < 300)
                .Select(call => System.Text.RegularExpressions.Regex.Match(call.Path + call.Body, "o-[0-9]+").Value),
        ];

    private List<string> Events(string type) =>
        [.. Rig.Log.Lines.Where(line => line.Contains(type, StringComparison.Ordinal))];
}
