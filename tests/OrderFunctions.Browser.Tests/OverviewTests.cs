using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OrderFunctions.Browser.Tests;

public sealed class OverviewTests(Chromium chromium) : ConsoleTest(chromium)
{
    private ILocator Needs => Page.Locator(".needs > li");

    private ILocator Card(string provider) => Page.GetByRole(AriaRole.Article, new() { Name = provider });

    [ChromiumFact]
    public async Task What_needs_a_person_comes_first_with_the_money_it_touches()
    {
        await StageAsync();
        await OpenAsync();

        await Expect(Needs)
            .ToContainTextAsync([
                "duel. Calls fail; the next is tried at 15:32:40. 1,284 deliveries wait.",
                "avantlink for 47 min: Ticket 4711",
                "katalys Rejected: 41 deliveries of 48,211.50\u00a0SEK + 1,204.90\u00a0EUR, the oldest for 5 h 10 min.",
                "avantlink RetriesExhausted: 3 deliveries of 389.00\u00a0USD",
            ]);
        await Expect(Page.Locator(".touched"))
            .ToHaveTextAsync("Parked orders of 48,211.50\u00a0SEK + 1,204.90\u00a0EUR + 389.00\u00a0USD");
        await Needs.Nth(2).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(Page.GetByLabel("Reason", new() { Exact = true })).ToHaveValueAsync("Rejected");
        Assert.EndsWith("#/parked?provider=katalys&reason=Rejected", Page.Url, StringComparison.Ordinal);
    }

    [ChromiumFact]
    public async Task Each_provider_shows_what_waits_how_it_went_and_its_budget_in_text_as_well_as_in_charts()
    {
        await StageAsync();
        await OpenAsync();

        await Expect(Card("duel")).ToContainTextAsync("Waiting1,284Oldest24 minParked0Requests a minute21 of 1,500");
        await Expect(Card("duel")).ToContainTextAsync("Circuit open");
        await Expect(Card("duel").GetByRole(AriaRole.Img, new() { NameRegex = new("the most failures at 15:") }))
            .ToBeVisibleAsync();
        await Expect(Card("duel").GetByRole(AriaRole.Img, new() { NameRegex = new("Latency by minute.*p99 30 s") }))
            .ToBeVisibleAsync();
        await Expect(Card("retrack")).ToContainTextAsync("99.1% succeeded");
    }

    [ChromiumFact]
    public async Task Where_nothing_is_parked_or_stopped_nothing_needs_a_person()
    {
        await StageAsync();
        var overview = Scene.Overview();
        overview["providers"] = new JsonArray(Scene.Provider("duel"));
        await AnswerAsync("/api/overview", overview);
        await AnswerAsync(
            "/api/parked/summary",
            new JsonObject { ["groups"] = new JsonArray(), ["isComplete"] = true }
        );
        await OpenAsync();

        await Expect(Page.GetByText("Nothing. All that was accepted is told or under way.")).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task A_host_that_is_not_ready_says_why_first()
    {
        await StageAsync();
        await AnswerAsync(
            "/health/ready",
            () => """{"status":"unready","checks":{"bus":"ok","ledger":"503 ServerBusy"}}""",
            503
        );
        await OpenAsync();

        await Expect(Needs.First).ToHaveTextAsync("Not readyledger 503 ServerBusy");
    }

    [ChromiumFact]
    public async Task The_figures_follow_without_a_reload_and_leave_focus_and_scroll_where_they_are()
    {
        await StageAsync();
        var overview = Scene.Overview();
        await AnswerAsync("/api/overview", () => overview.ToJsonString());
        await OpenAsync();
        var pause = Card("katalys").GetByRole(AriaRole.Button);
        await pause.FocusAsync();
        await Page.EvaluateAsync("scrollTo(0, 300); window.before = document.activeElement; 0");
        var place = await Page.EvaluateAsync<int>("scrollY");

        overview["providers"]![3]!["waiting"] = 77;
        overview["providers"]![3]!["circuit"] = "open";
        await PassAsync(TimeSpan.FromSeconds(5));

        await Expect(Card("katalys")).ToContainTextAsync("Waiting77");
        Assert.True(await Page.EvaluateAsync<bool>("window.before === document.activeElement"));
        Assert.Equal(place, await Page.EvaluateAsync<int>("scrollY"));
        await Expect(Page.Locator("#announcement")).ToHaveTextAsync("katalys: Circuit open");
    }

    [ChromiumFact]
    public async Task A_screen_reader_hears_nothing_while_nothing_changes()
    {
        await StageAsync();
        await OpenAsync();
        await Expect(Card("duel")).ToBeVisibleAsync();
        await Page.EvaluateAsync(
            """
            window.said = 0;
            for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live], output'))
              new MutationObserver((changes) => (window.said += changes.length)).observe(region, { childList: true, subtree: true, characterData: true });
            """
        );

        await PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal(0, await Page.EvaluateAsync<int>("window.said"));
    }

    [ChromiumFact]
    public async Task While_the_host_fails_it_is_asked_more_and_more_seldom_and_the_last_figures_stay()
    {
        await StageAsync();
        var (fails, asked, failed) = (false, 0, 0);
        await Page.RouteAsync(
            "**/api/overview",
            route =>
            {
                asked++;
                return fails ? route.AbortAsync() : route.FallbackAsync();
            }
        );
        Page.RequestFailed += (_, request) =>
            failed += request.Url.EndsWith("/api/overview", StringComparison.Ordinal) ? 1 : 0;
        await OpenAsync();
        await Expect(Card("duel")).ToBeVisibleAsync();

        (fails, asked) = (true, 0);
        for (var second = 0; second < 180; second += 5)
        {
            await PassAsync(TimeSpan.FromSeconds(5));
            // The page's next wait begins with the failure, which takes time of its own; the page's clock stands meanwhile.
            do
            {
                await Page.EvaluateAsync("0");
            } while (failed < asked);
        }

        Assert.InRange(asked, 3, 7);
        await Expect(Page.Locator("#connection")).ToContainTextAsync("The host cannot be reached.");
        await Expect(Card("duel")).ToContainTextAsync("Waiting1,284");
        fails = false;
        await Button("Try now").ClickAsync();
        await Expect(Page.Locator("#connection")).ToContainTextAsync("Live");
    }

    [ChromiumFact]
    public async Task A_page_that_nobody_sees_asks_nothing_and_is_up_to_date_as_soon_as_it_is_seen()
    {
        await StageAsync();
        var asked = 0;
        await Page.RouteAsync(
            "**/api/overview",
            route =>
            {
                asked++;
                return route.FallbackAsync();
            }
        );
        await OpenAsync();
        await Expect(Card("duel")).ToBeVisibleAsync();
        await SeenAsync(false);
        asked = 0;

        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(0, asked);

        await SeenAsync(true);
        await Expect(Page.Locator("#connection time"))
            .ToHaveAttributeAsync("datetime", new System.Text.RegularExpressions.Regex("14:33"));
        Assert.Equal(1, asked);
    }

    private Task SeenAsync(bool isSeen) =>
        Page.EvaluateAsync(
            """
            (isSeen) => {
              Object.defineProperty(document, 'hidden', { value: !isSeen, configurable: true });
              document.dispatchEvent(new Event('visibilitychange'));
            }
            """,
            isSeen
        );
}
