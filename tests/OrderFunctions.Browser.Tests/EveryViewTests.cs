using System.Text.Json.Nodes;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace OrderFunctions.Browser.Tests;

/// <summary>What holds for all views.</summary>
public sealed class EveryViewTests(Chromium chromium) : ConsoleTest(chromium)
{
    // What each shows once it has its data.
    private static readonly (string View, string Shows)[] Views =
    [
        ("#/", "the oldest for"),
        ("#/order/1001", "upstream connect error"),
        ("#/parked", "The oldest 44 that match"),
        ("#/returns", "Apart from the file"),
    ];

    // Markup, a script's end, a quote, text from right to left that never says its end, and 5,000 letters without a space.
    private static readonly string Hostile =
        "</script><img src=x onerror=window.hacked=1>\"'`{{7*7}}<svg/onload=window.hacked=1>\u202Egnp.exe\u2066"
        + new string('W', 5000);

    [ChromiumTheory]
    [InlineData(ColorScheme.Light, null)]
    [InlineData(ColorScheme.Dark, "color-contrast")]
    public async Task Axe_finds_nothing(ColorScheme scheme, string? rule)
    {
        // Axe brings a script of its own.
        await OpenConsoleAsync(new() { ColorScheme = scheme, BypassCSP = true });
        await StageAsync();
        // Of each kind one: axe looks at every element.
        await AnswerAsync("/api/parked", new JsonObject { ["items"] = new JsonArray(Scene.Item(0), Scene.Item(5)) });
        foreach (var (view, shows) in Views)
        {
            await ShowAsync(view, view == "#/parked" ? "The oldest 2 that match" : shows);
            await AssertNoViolationsAsync(view, rule);
        }

        await Page.GetByRole(AriaRole.Link, new() { Name = "Parked" }).ClickAsync();
        await Button("Discard all that match …").ClickAsync();
        await AssertNoViolationsAsync("the dialog", rule);
    }

    [ChromiumFact]
    public async Task At_360_pixels_nothing_is_wider_than_the_window()
    {
        await OpenConsoleAsync(
            new()
            {
                ViewportSize = new() { Width = 360, Height = 740 },
            }
        );
        await StageAsync();
        foreach (var (view, shows) in Views)
        {
            await ShowAsync(view, shows);
            await AssertFitsAsync(view);
        }

        await Page.GetByRole(AriaRole.Link, new() { Name = "Parked" }).ClickAsync();
        await Button("Replay all that match …").ClickAsync();
        await AssertFitsAsync("the dialog");
        var dialog = (await Page.GetByRole(AriaRole.Dialog).BoundingBoxAsync())!;
        Assert.InRange(dialog.X + dialog.Width, 300, 360);
    }

    [ChromiumFact]
    public async Task In_dark_mode_the_page_is_dark()
    {
        foreach (var (scheme, isDark) in new[] { (ColorScheme.Dark, true), (ColorScheme.Light, false) })
        {
            await OpenConsoleAsync(new() { ColorScheme = scheme });
            await StageAsync();
            await ShowAsync("#/", "the oldest for");
            var ground = await Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
            var brightness = ground.Split('(', ',', ')').Skip(1).Take(3).Sum(int.Parse) / 3;
            Assert.True(isDark == brightness < 64, $"{scheme}: {ground}");
        }
    }

    [ChromiumFact]
    public async Task Hostile_text_stays_text_and_breaks_no_layout()
    {
        await OpenConsoleAsync(
            new()
            {
                ViewportSize = new() { Width = 360, Height = 740 },
            }
        );
        await StageAsync();
        var overview = Scene.Overview();
        overview["providers"]![1]!["pauseNote"] = Hostile;
        await AnswerAsync("/api/overview", overview);
        await AnswerAsync(
            "/api/parked/summary",
            new JsonObject
            {
                ["groups"] = new JsonArray(Scene.Group("duel", Hostile, 1, 1, 1, Hostile, (Hostile[..60], "1.00"))),
            }
        );
        var item = Scene.Item(0);
        foreach (var name in new[] { "orderId", "eventId", "reason", "description", "currency" })
        {
            item[name] = Hostile;
        }

        await AnswerAsync("/api/parked", new JsonObject { ["items"] = new JsonArray(item) });
        var job = Scene.Job();
        (job["note"], job["filter"]!["reason"]) = (Hostile, Hostile);
        await AnswerAsync("/api/parked/jobs", Scene.Jobs(job));
        var attempt = Scene.Attempt(Hostile, 1, Hostile[..60], 1, 6, "rejected", 400, 5, Hostile);
        var delivery = Scene.Delivery("duel", "parked", Hostile, Hostile, attempt);
        delivery["reference"] = Hostile;
        await AnswerAsync(
            "/api/orders/1001",
            new JsonObject { ["orderId"] = "1001", ["deliveries"] = new JsonArray(delivery) }
        );
        var returns = Scene.Returns();
        returns["apart"]![0]!["note"] = Hostile;
        returns["returns"]![0]!["orderId"] = Hostile;
        returns["returns"]![0]!["lines"]![0]!["sku"] = Hostile;
        await AnswerAsync("/api/returns", returns);

        foreach (var view in Views.Select(each => each.View).Append($"#/order/{Uri.EscapeDataString(Hostile)}"))
        {
            await ShowAsync(view, "window.hacked=1");
            await AssertFitsAsync(view);
            foreach (var summary in await Page.Locator("details summary").AllAsync())
            {
                await summary.ClickAsync();
            }

            await AssertFitsAsync($"{view}, unfolded");
            Assert.Equal(0, await Main.Locator("img, script, svg[onload]").CountAsync());
        }

        Assert.False(await Page.EvaluateAsync<bool>("'hacked' in window"));
    }

    [ChromiumFact]
    public async Task Without_a_mouse_a_provider_is_paused_and_an_order_found()
    {
        await StageAsync();
        var paused = new List<string>();
        await Page.RouteAsync(
            "**/api/providers/*/pause",
            route =>
            {
                paused.Add(
                    $"{route.Request.Method} {new Uri(route.Request.Url).AbsolutePath} {route.Request.PostData}"
                );
                return route.FulfillAsync(new() { Status = 204 });
            }
        );
        await ShowAsync("#/", "the oldest for");
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Main).ToBeFocusedAsync();

        var pause = Page.GetByRole(AriaRole.Article, new() { Name = "duel" }).GetByRole(AriaRole.Button);
        await TabToAsync(pause);
        Assert.NotEqual("none", await pause.EvaluateAsync<string>("element => getComputedStyle(element).outlineStyle"));
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByLabel("Note, for who looks next")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(pause).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Space");
        await Page.Keyboard.TypeAsync("they asked us to");
        await TabToAsync(Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Pause duel" }));
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Page.Locator("#announcement")).ToHaveTextAsync("duel is paused.");
        Assert.Equal("""PUT /api/providers/duel/pause {"note":"they asked us to"}""", Assert.Single(paused));
        await Expect(pause).ToBeFocusedAsync();
        await TabToAsync(Page.GetByLabel("Order id"), "Shift+Tab");
        await Page.Keyboard.TypeAsync("1001");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Heading("Order 1001")).ToBeFocusedAsync();
    }

    [ChromiumFact]
    public async Task An_unknown_view_leads_back()
    {
        await OpenAsync("#/nothing");

        await Expect(Heading("There is no such view")).ToBeVisibleAsync();
        await Main.GetByRole(AriaRole.Link, new() { Name = "Overview" }).ClickAsync();
        await Expect(Heading("Overview")).ToBeFocusedAsync();
    }

    private async Task ShowAsync(string view, string shows)
    {
        await OpenAsync(view);
        await Page.ReloadAsync();
        await Expect(Main.GetByText(shows).First).ToBeVisibleAsync();
        await Expect(Main.GetByText("Reading …")).ToHaveCountAsync(0);
    }

    private async Task TabToAsync(ILocator wanted, string key = "Tab")
    {
        for (var presses = 0; presses < 40; presses++)
        {
            await Page.Keyboard.PressAsync(key);
            if (await wanted.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail($"{key} does not lead to {wanted}.");
    }

    private async Task AssertFitsAsync(string what)
    {
        var wide = await Page.EvaluateAsync<string[]>(
            """
            () => document.documentElement.scrollWidth <= innerWidth ? [] :
              [...document.querySelectorAll('body *')]
                .filter((element) => element.getBoundingClientRect().right > innerWidth)
                .map((element) => `${element.tagName} ${element.className} ${element.getBoundingClientRect().right}`)
            """
        );
        Assert.True(wide.Length == 0, $"{what} is wider than the window: {string.Join(", ", wide)}");
    }

    /// <param name="rule">Null: all.</param>
    private async Task AssertNoViolationsAsync(string what, string? rule)
    {
        var options = new AxeRunOptions { RunOnly = rule is null ? null : RunOnlyOptions.Rules(rule) };
        var found = (await Page.RunAxe(options)).Violations;
        Assert.True(
            found.Length == 0,
            $"{what}: {string.Join("; ", found.Select(each => $"{each.Id} ({each.Help}): {string.Join(", ", each.Nodes.Select(node => node.Target))}"))}"
        );
    }
}
