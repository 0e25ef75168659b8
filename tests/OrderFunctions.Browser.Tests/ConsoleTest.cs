using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OrderFunctions.Local.Tests;

namespace OrderFunctions.Browser.Tests;

/// <summary>
/// The console of a local host. No test may leave behind a request to anywhere else, a refusal by the
/// Content-Security-Policy or an error of a script.
/// </summary>
[Collection(ConsoleTests.Name)]
public abstract class ConsoleTest(Chromium chromium) : BrowserTest(chromium)
{
    private readonly Chromium _chromium = chromium;

    private protected LocalSystem Host { get; private set; } = null!;

    /// <summary>Those of a host of the test's own; null: it needs none, and shares one.</summary>
    protected virtual string[]? Settings => null;

    protected virtual TimeProvider Time => TimeProvider.System;

    protected ILocator Main => Page.Locator("main");

    protected override async Task StartAsync()
    {
        Host = Settings is null ? await _chromium.SharedHostAsync() : await LocalSystem.StartAsync(Time, Settings);
        await OpenConsoleAsync(new());
    }

    protected override async Task StopAsync()
    {
        if (Settings is not null)
        {
            await Host.DisposeAsync();
        }

        // The browser itself writes of each answer that is no success.
        var expected = Troubles.Where(each => each.StartsWith("Failed to load resource", StringComparison.Ordinal));
        Assert.Empty(Troubles.Except(expected.ToList()));
        Troubles.Clear();
    }

    /// <summary>A new window for the console, instead of the one there is.</summary>
    protected async Task OpenConsoleAsync(BrowserNewContextOptions options)
    {
        options.BaseURL = Host.Host.Url.AbsoluteUri;
        options.Locale = "en-GB";
        options.TimezoneId = "Europe/Stockholm";
        options.ReducedMotion = ReducedMotion.Reduce;
        await OpenWindowAsync(options);
        Page.Request += (_, request) =>
        {
            if (
                !new[] { options.BaseURL, "data:", "blob:" }.Any(start =>
                    request.Url.StartsWith(start, StringComparison.Ordinal)
                )
            )
            {
                Troubles.Enqueue($"A request left the host: {request.Url}");
            }
        };
    }

    protected Task OpenAsync(string view = "#/") => Page.GotoAsync("console" + view);

    /// <summary>What a route answers instead of the host.</summary>
    protected Task AnswerAsync(string path, Func<string> json, int status = 200) =>
        Page.RouteAsync(
            url => new Uri(url).AbsolutePath == path,
            route =>
                route.FulfillAsync(
                    new()
                    {
                        Status = status,
                        ContentType = "application/json",
                        Body = json(),
                    }
                )
        );

    protected Task AnswerAsync(string path, JsonNode json) => AnswerAsync(path, () => json.ToJsonString());

    /// <summary>The busy day of <see cref="Scene"/>, at its moment, instead of what the host would answer.</summary>
    protected async Task StageAsync()
    {
        await Page.Clock.InstallAsync(new() { TimeDate = Scene.Now.UtcDateTime });
        await AnswerAsync(
            "/health/ready",
            new JsonObject
            {
                ["status"] = "ready",
                ["checks"] = new JsonObject { ["bus"] = "ok" },
            }
        );
        await AnswerAsync("/api/overview", Scene.Overview());
        await AnswerAsync("/api/parked/summary", Scene.Summary());
        await AnswerAsync("/api/parked", Scene.Parked());
        await AnswerAsync("/api/parked/jobs", Scene.Jobs(Scene.Job()));
        await AnswerAsync("/api/orders/1001", Scene.Order());
        await AnswerAsync("/api/returns", Scene.Returns());
    }

    /// <summary>Moves the page's clock.</summary>
    protected Task PassAsync(TimeSpan time) => Page.Clock.RunForAsync((long)time.TotalMilliseconds);

    protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    protected ILocator Heading(string name) => Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });

    protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
