using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Gallery;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Operations;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Operations;

/// <summary>A pause as the Functions app has it: messages come to the function all the same.</summary>
public sealed class PauseTests : RigTest
{
    private ProviderSwitch Switch => Rig.Services.GetRequiredService<ProviderSwitch>();

    private InMemoryLedger Ledger => (InMemoryLedger)Rig.Ledger;

    [Fact]
    public async Task A_delivery_that_comes_while_its_provider_is_paused_costs_no_look_at_the_ledger_and_no_line()
    {
        await Switch.PauseAsync("duel", note: null, default);
        await Rig.SubmitAsync("duel");

        await Rig.DrainAsync();
        for (var i = 0; i < 5; i++)
        {
            await Rig.AdvanceAsync(RetrySchedule.LongestWait);
        }

        Assert.Equal(0, Ledger.Uses("duel"));
        Assert.Equal(0, Rig.Sandbox.State.Count("duel"));
        Assert.DoesNotContain("delivery.ended duel", Rig.Log.ToString(), StringComparison.Ordinal);
        Assert.Single(Rig.Log.Lines, line => line.Contains("provider.paused", StringComparison.Ordinal));
        Assert.Null(await Rig.Ledger.FindAsync("1001", "duel", default));
    }

    [Fact]
    public async Task Once_resumed_what_waited_is_told_as_soon_as_every_instance_knows_and_has_used_up_nothing()
    {
        await Switch.PauseAsync("duel", note: null, default);
        await Rig.SubmitAsync("duel");
        await Rig.DrainAsync();
        await Rig.AdvanceAsync(TimeSpan.FromHours(5));

        await Switch.ResumeAsync("duel", default);
        await Rig.DrainAsync();
        Assert.Equal(0, Rig.Sandbox.State.Count("duel"));
        await Rig.AdvanceAsync(ProviderPauses.Validity);

        var entry = await Rig.EntryAsync("duel");
        Assert.Equal(DeliveryState.Delivered, entry.State);
        Assert.Equal((1, 6), (entry.Attempts.Single().Number, entry.Attempts.Single().Of));
    }

    [Fact]
    public async Task A_retry_that_is_due_while_its_provider_is_paused_keeps_its_place_in_the_schedule()
    {
        Rig.Sandbox.State.InjectFault("duel", new Fault { Status = 500, Times = 2 });
        await Rig.TellAsync("duel");
        await Switch.PauseAsync("duel", note: null, default);
        await Rig.AdvanceAsync(TimeSpan.FromHours(1));
        await Switch.ResumeAsync("duel", default);
        await Rig.AdvanceAsync(ProviderPauses.Validity);
        Assert.Equal(Rig.Time.GetUtcNow().AddMinutes(5), (await Rig.EntryAsync("duel")).NextAttemptAt);

        await Rig.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(
            [(1, "retry"), (2, "retry"), (3, "delivered")],
            (await Rig.EntryAsync("duel")).Attempts.Select(attempt => (attempt.Number, attempt.Outcome))
        );
    }

    [Fact]
    public async Task The_first_that_is_told_brings_forward_what_was_put_off_after_the_resumption()
    {
        await Switch.PauseAsync("duel", note: null, default);
        for (var i = 0; i < 20; i++)
        {
            await Rig.SubmitAsync("duel", json => json["order"]!["id"] = $"o-{i}");
        }

        await Rig.DrainAsync();
        // As another instance has it, whose bus fails just then: nothing is brought forward.
        await Rig.Services.GetRequiredService<ProviderPauses>().ResumeAsync("duel", default);
        await Rig.SubmitAsync("duel", json => json["order"]!["id"] = "o-next");
        await Rig.AdvanceAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(21, Rig.Sandbox.State.Count("duel"));
    }

    [Fact]
    public async Task A_click_waits_too()
    {
        await Switch.PauseAsync("avantlink", note: null, default);
        var click = """
            {"visitorIds":["vis_3f2c1a97"],"avantLinkToken":"77_f3afbe121","userAgent":"Mozilla/5.0","ipAddress":"203.0.113.45","pageUrl":"https://store.example.com/shoes?avad=77_f3afbe121"}
            """;
        var errors = new ValidationErrors();
        var accepted = await Rig.Clicks.SubmitAsync(Encoding.UTF8.GetBytes(click), null, errors, default);
        Assert.True(accepted is not null, $"{errors}");
        await Rig.DrainAsync();
        await Rig.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(0, Rig.Sandbox.State.Count("avantlink"));

        await Switch.ResumeAsync("avantlink", default);
        await Rig.AdvanceAsync(ProviderPauses.Validity);

        Assert.Equal(1, Rig.Sandbox.State.Count("avantlink"));
    }

    [Fact]
    public async Task The_gallery_serves_its_last_good_answer_and_asks_nobody()
    {
        await Rig.DisposeAsync();
        Rig = await Rig.StartAsync(("Gallery:Enabled", "true"));
        var gallery = Rig.Services.GetRequiredService<AssetGallery>();
        var first = await gallery.GetAsync(default);
        await Switch.PauseAsync("duel", note: null, default);
        Rig.Time.Advance(TimeSpan.FromHours(1));

        Assert.NotNull(first);
        Assert.Equal(first, await gallery.GetAsync(default));
        Assert.Equal(1, Rig.Sandbox.State.Count("duel"));
        await Switch.ResumeAsync("duel", default);
        Rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(first, await gallery.GetAsync(default));
    }

    [Fact]
    public async Task People_are_told_once_of_a_pause_and_once_of_its_end()
    {
        await Switch.PauseAsync("duel", "first", default);
        await Switch.PauseAsync("duel", "second", default);
        await Switch.ResumeAsync("duel", default);
        await Switch.ResumeAsync("duel", default);

        Assert.Single(Rig.Log.Lines, line => line.Contains("provider.paused", StringComparison.Ordinal));
        Assert.Single(Rig.Log.Lines, line => line.Contains("provider.resumed", StringComparison.Ordinal));
        Assert.DoesNotContain("first", Rig.Log.ToString(), StringComparison.Ordinal);
    }
}
