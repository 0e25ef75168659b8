using Microsoft.Playwright;
using OrderFunctions.Local.Tests;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;

namespace OrderFunctions.Browser.Tests;

/// <summary>The console of a local host that really delivers, to the sandbox.</summary>
public sealed class WholeSystemTests(Chromium chromium) : ConsoleTest(chromium)
{
    private const string Words = "<script>window.hacked=1</script> no such site";

    private readonly ManualTime _time = new();

    protected override string[] Settings => [];

    protected override TimeProvider Time => _time;

    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    private ILocator Card(string provider) => Page.GetByRole(AriaRole.Article, new() { Name = provider, Exact = true });

    [ChromiumFact]
    public async Task What_a_provider_refused_is_found_mended_and_replayed()
    {
        Refuse("katalys");
        foreach (var id in new[] { "2001", "2002", "2003" })
        {
            await SubmitAsync(id);
        }

        await OpenAsync();
        var need = Page.Locator(".needs > li");
        await Expect(need).ToContainTextAsync("katalys Rejected: 3 deliveries of 375.00\u00a0SEK");
        await Expect(need).ToContainTextAsync("<script>window.hacked=1</script>");
        await need.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(Page.GetByText("The oldest 3 that match")).ToBeVisibleAsync();

        Host.Sandbox.ClearFault("katalys");
        await Page.GetByLabel("Choose 2002 at katalys").CheckAsync();
        await Button("Replay chosen …").ClickAsync();
        await DoAsync("1 delivery matches", "Replay 1");
        await Expect(Page.GetByText("The oldest 2 that match")).ToBeVisibleAsync();
        await Button("Replay all that match …").ClickAsync();
        await DoAsync("2 deliveries match", "Replay 2");

        await Expect(Page.GetByText("Nothing is parked that matches.")).ToBeVisibleAsync();
        await Host.IdleAsync();
        Assert.Equal(3, Host.Sandbox.Received("katalys").Count(call => call.StatusCode == 204));
        await OpenAsync("#/order/2002");
        await Expect(Card("katalys")).ToContainTextAsync("delivered");
        await Expect(Card("katalys").Locator("li").Last).ToContainTextAsync(Words);
        Assert.False(await Page.EvaluateAsync<bool>("'hacked' in window"));
    }

    [ChromiumFact]
    public async Task What_is_replayed_at_a_rate_goes_on_as_a_job_until_it_is_cancelled()
    {
        Refuse("katalys");
        foreach (var id in new[] { "2001", "2002", "2003" })
        {
            await SubmitAsync(id);
        }

        Host.Sandbox.ClearFault("katalys");
        await OpenAsync("#/parked");
        await Button("Replay all that match …").ClickAsync();
        await Dialog.GetByLabel("How many a minute").FillAsync("1");
        await DoAsync("3 deliveries match", "Replay 3");

        await Expect(Page.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("max", "3");
        await Expect(Page.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("value", "1");
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Cancel Replaying") }).ClickAsync();
        await Expect(Page.Locator(".jobs")).ToContainTextAsync("cancelled");
        await Expect(Page.GetByText("The oldest 2 that match")).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task What_is_discarded_with_a_note_is_told_nobody_and_the_note_stays_with_the_order()
    {
        Refuse("katalys");
        await SubmitAsync("2001");
        await OpenAsync("#/parked?orderId=2001");
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Discard … katalys") }).ClickAsync();
        await Dialog.GetByLabel("Note").FillAsync("a test order");
        await DoAsync("1 delivery matches", "Discard 1");
        await Expect(Page.GetByText("Nothing is parked that matches.")).ToBeVisibleAsync();

        await OpenAsync("#/order/2001");

        await Expect(Card("katalys")).ToContainTextAsync("discarded");
        await Expect(Card("katalys")).ToContainTextAsync("a test order");
    }

    [ChromiumFact]
    public async Task A_paused_provider_gets_nothing_until_it_is_resumed()
    {
        await OpenAsync();
        await Card("duel").GetByRole(AriaRole.Button).ClickAsync();
        await Dialog.GetByLabel("Note").FillAsync("they move house");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Pause duel" }).ClickAsync();
        await Expect(Card("duel").GetByRole(AriaRole.Button)).ToHaveTextAsync("Resume duel");
        await SubmitAsync("2001", waitsFor: "retrack");

        await Expect(Page.Locator(".needs")).ToContainTextAsync("duel for");
        await Expect(Page.Locator(".needs")).ToContainTextAsync("they move house");
        await Expect(Page.Locator(".needs")).ToContainTextAsync("1 delivery waits.", new() { Timeout = 20_000 });
        Assert.Empty(Host.Sandbox.Received("duel"));
        await Card("duel").GetByRole(AriaRole.Button).ClickAsync();

        await Expect(Card("duel")).ToContainTextAsync("Running");
        await LocalSystem.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return Host.Sandbox.Received("duel").Count > 0;
            },
            () => "Duel got nothing"
        );
        await Expect(Page.GetByText("Nothing. All that was accepted is told or under way.")).ToBeVisibleAsync();
    }

    private void Refuse(string provider) =>
        Host.Sandbox.InjectFault(provider, new Fault { Status = 400, Body = Words });

    private async Task SubmitAsync(string orderId, string? waitsFor = null)
    {
        using var accepted = await Host.SubmitAsync(json => json["order"]!["id"] = orderId);
        accepted.EnsureSuccessStatusCode();
        if (waitsFor is null)
        {
            await Host.IdleAsync();
        }
        else
        {
            await Host.Sandbox.WaitForAsync(waitsFor, 1).WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    // The dry run first.
    private async Task DoAsync(string counted, string label)
    {
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Dry run" }).ClickAsync();
        await Expect(Dialog.GetByRole(AriaRole.Status)).ToContainTextAsync(counted);
        await Dialog.GetByRole(AriaRole.Button, new() { Name = label, Exact = true }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
    }
}
