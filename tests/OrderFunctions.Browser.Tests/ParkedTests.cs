using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OrderFunctions.Browser.Tests;

public sealed class ParkedTests(Chromium chromium) : ConsoleTest(chromium)
{
    private readonly List<(string Path, JsonObject Body)> _posts = [];

    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    private ILocator Group(string provider) =>
        Page.GetByRole(AriaRole.Region, new() { Name = "Groups of parked deliveries" })
            .GetByRole(AriaRole.Row)
            .Filter(new() { Has = Page.GetByRole(AriaRole.Rowheader, new() { Name = provider }) });

    private ILocator Items =>
        Page.GetByRole(AriaRole.Region, new() { Name = "Parked deliveries", Exact = true }).Locator("tbody tr");

    [ChromiumFact]
    public async Task What_is_parked_is_shown_in_groups_with_their_sums_and_one_by_one()
    {
        await StageAsync();
        await OpenAsync("#/parked");

        await Expect(Page.GetByRole(AriaRole.Caption).First)
            .ToHaveTextAsync(
                "44 deliveries are parked, orders of 48,211.50\u00a0SEK + 1,204.90\u00a0EUR + 389.00\u00a0USD"
            );
        await Expect(Group("katalys")).ToContainTextAsync("Rejected");
        await Expect(Group("katalys")).ToContainTextAsync("422 site_id is not active for this merchant");
        await Expect(Items).ToHaveCountAsync(44);
        await Expect(Items.First).ToContainTextAsync("replayed 3 times");
    }

    [ChromiumFact]
    public async Task A_filter_is_in_the_address_and_asks_the_host()
    {
        await StageAsync();
        var asked = new List<string>();
        Page.Request += (_, request) => asked.Add(request.Url);
        await OpenAsync("#/parked");
        await Page.GetByLabel("Provider", new() { Exact = true }).FillAsync("katalys");
        await Page.GetByLabel("Order id").Last.FillAsync("10 71&");
        await Page.GetByLabel("Parked from").FillAsync("2026-11-20T10:00");
        await Button("Filter").ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Show all" })).ToBeVisibleAsync();
        const string query = "provider=katalys&orderId=10+71%26&since=2026-11-20T09%3A00%3A00.000Z";
        Assert.EndsWith($"#/parked?{query}", Page.Url, StringComparison.Ordinal);
        Assert.Contains(asked, url => url.EndsWith($"/api/parked?{query}&limit=100", StringComparison.Ordinal));
        Assert.Contains(asked, url => url.EndsWith($"/api/parked/summary?{query}", StringComparison.Ordinal));

        await Page.ReloadAsync();
        await Expect(Page.GetByLabel("Provider", new() { Exact = true })).ToHaveValueAsync("katalys");
        await Expect(Page.GetByLabel("Parked from")).ToHaveValueAsync("2026-11-20T10:00");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Show all" }).ClickAsync();
        await Expect(Page.GetByLabel("Provider", new() { Exact = true })).ToHaveValueAsync("");
    }

    [ChromiumFact]
    public async Task A_group_is_replayed_at_a_rate_after_a_dry_run_and_its_progress_is_seen_to_the_end()
    {
        await StageAsync();
        JsonNode[] jobs = [];
        await AnswerAsync(
            "/api/parked/jobs",
            () => Scene.Jobs([.. jobs.Select(job => job.DeepClone())]).ToJsonString()
        );
        await TakePostsAsync(
            "/api/parked/replay",
            body =>
            {
                var isDry = body["dryRun"]!.GetValue<bool>();
                jobs = isDry ? [] : [Scene.Job(done: 60)];
                return new JsonObject
                {
                    ["matched"] = 600,
                    ["replayed"] = isDry ? 0 : 60,
                    ["heldBack"] = 2,
                    ["job"] = isDry ? null : new JsonObject { ["id"] = "j1", ["status"] = "/api/parked/jobs/j1" },
                };
            }
        );
        await OpenAsync("#/parked");
        await Group("katalys").GetByRole(AriaRole.Button, new() { NameRegex = new("^Replay") }).ClickAsync();
        await Expect(Dialog.GetByRole(AriaRole.Button, new() { Name = "Replay", Exact = true })).ToBeDisabledAsync();
        await Dialog.GetByLabel("How many a minute").FillAsync("60");

        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Dry run" }).ClickAsync();
        await Expect(Dialog.GetByRole(AriaRole.Status))
            .ToHaveTextAsync(
                "600 deliveries match; 2 held back, which were replayed three times in vain. Nothing was done yet."
            );

        // What was counted is what goes: another choice wants another dry run.
        await Dialog.GetByLabel("Also those that were replayed three times in vain").CheckAsync();
        await Expect(Dialog.GetByRole(AriaRole.Button, new() { Name = "Replay", Exact = true })).ToBeDisabledAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Dry run" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Replay 598" }).ClickAsync();

        var progress = Page.GetByRole(AriaRole.Progressbar);
        await Expect(progress).ToHaveAttributeAsync("value", "60");
        await Expect(Page.Locator("#announcement")).ToContainTextAsync("60 replayed");
        jobs = [Scene.Job(done: 300)];
        await PassAsync(TimeSpan.FromSeconds(3));
        await Expect(progress).ToHaveAttributeAsync("value", "300");
        await Expect(Page.Locator("#announcement")).ToContainTextAsync("60 replayed");
        jobs = [Scene.Job("done", 598)];
        await PassAsync(TimeSpan.FromSeconds(3));
        await Expect(Page.Locator("#announcement")).ToHaveTextAsync("Replaying: done, 598 of 600.");

        Assert.Equal(
            [
                """{"provider":"katalys","reason":"Rejected","perMinute":60,"dryRun":true}""",
                """{"provider":"katalys","reason":"Rejected","perMinute":60,"force":true,"dryRun":true}""",
                """{"provider":"katalys","reason":"Rejected","perMinute":60,"force":true,"dryRun":false}""",
            ],
            _posts.Select(post => post.Body.ToJsonString())
        );
    }

    [ChromiumFact]
    public async Task A_job_is_cancelled()
    {
        await StageAsync();
        var state = "running";
        await AnswerAsync("/api/parked/jobs", () => Scene.Jobs(Scene.Job(state)).ToJsonString());
        await Page.RouteAsync(
            "**/api/parked/jobs/j1",
            route =>
            {
                state = route.Request.Method == "DELETE" ? "cancelled" : state;
                return route.FulfillAsync(new() { Status = 204 });
            }
        );
        await OpenAsync("#/parked");
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Cancel Replaying") }).ClickAsync();

        await Expect(Page.Locator(".jobs")).ToContainTextAsync("cancelled");
        await Expect(Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Cancel") })).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task Chosen_deliveries_are_discarded_with_a_note_which_may_not_be_missing()
    {
        await StageAsync();
        await TakePostsAsync(
            "/api/parked/discard",
            body => new JsonObject { ["matched"] = 2, ["discarded"] = body["dryRun"]!.GetValue<bool>() ? 0 : 2 }
        );
        await OpenAsync("#/parked");
        await Page.GetByLabel("Choose 1070 at avantlink").CheckAsync();
        await Page.GetByLabel("Choose 1073 at katalys").CheckAsync();
        await Expect(Page.Locator(".toolbar")).ToContainTextAsync("2 chosen · 129.50\u00a0USD + 1,180.00\u00a0SEK");
        await Button("Discard chosen …").ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Dry run" }).ClickAsync();
        await Expect(Dialog.GetByLabel("Note")).ToBeFocusedAsync();
        Assert.Empty(_posts);

        await Dialog.GetByLabel("Note").FillAsync("test orders");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Dry run" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Discard 2" }).ClickAsync();

        await Expect(Page.Locator("#announcement")).ToHaveTextAsync("2 discarded.");
        Assert.Equal("""{"ids":["1","4"],"note":"test orders","dryRun":false}""", _posts[^1].Body.ToJsonString());
        await Expect(Dialog).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task All_that_are_listed_are_chosen_at_once_and_those_that_went_meanwhile_are_not_any_more()
    {
        await StageAsync();
        var parked = Scene.Parked();
        await AnswerAsync("/api/parked", () => parked.ToJsonString());
        await OpenAsync("#/parked");
        await Page.GetByLabel("All that are listed").CheckAsync();
        await Expect(Page.Locator(".toolbar")).ToContainTextAsync("44 chosen");

        parked = new JsonObject { ["items"] = new JsonArray(Scene.Item(0), Scene.Item(1)) };
        await PassAsync(TimeSpan.FromSeconds(15));

        await Expect(Page.Locator(".toolbar")).ToContainTextAsync("2 chosen · 259.00\u00a0USD");
        await Page.GetByLabel("Choose 1070").UncheckAsync();
        await Expect(Page.Locator(".toolbar")).ToContainTextAsync("1 chosen");
        await Expect(Page.GetByLabel("All that are listed")).Not.ToBeCheckedAsync();
    }

    [ChromiumFact]
    public async Task What_the_host_refuses_is_said_in_the_dialog_and_nothing_is_done()
    {
        await StageAsync();
        await AnswerAsync(
            "/api/parked/replay",
            () =>
                """{"title":"The request is not valid; nothing was accepted.","errors":{"$.perMinute":["must be at most 1500"]}}""",
            400
        );
        await OpenAsync("#/parked");
        await Button("Replay all that match …").ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Dry run" }).ClickAsync();

        await Expect(Dialog.GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("The request is not valid; nothing was accepted.");
        await Expect(Dialog).ToContainTextAsync("$.perMinute must be at most 1500");
        await Expect(Dialog.GetByRole(AriaRole.Button, new() { Name = "Replay", Exact = true })).ToBeDisabledAsync();
    }

    private Task TakePostsAsync(string path, Func<JsonObject, JsonObject> answer) =>
        Page.RouteAsync(
            $"**{path}",
            route =>
            {
                var body = JsonNode.Parse(route.Request.PostData!)!.AsObject();
                _posts.Add((path, body));
                return route.FulfillAsync(
                    new()
                    {
                        Status = 202,
                        ContentType = "application/json",
                        Body = answer(body).ToJsonString(),
                    }
                );
            }
        );
}
