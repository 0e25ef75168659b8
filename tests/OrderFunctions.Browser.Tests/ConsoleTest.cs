using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OrderFunctions.Local.Tests;

namespace OrderFunctions.Browser.Tests;

/// <summary>
/// The console of a local host, in a browser window of its own. No test may leave behind a request to anywhere else, a
/// refusal by the Content-Security-Policy or an error of a script.
/// </summary>
[Collection(ChromiumTests.Name)]
public abstract class ConsoleTest(Chromium chromium) : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _troubles = new();

    private IBrowserContext _context = null!;

    private protected LocalSystem Host { get; private set; } = null!;

    private protected IPage Page { get; private set; } = null!;

    /// <summary>Those of a host of the test's own; null: it needs none, and shares one.</summary>
    protected virtual string[]? Settings => null;

    protected virtual TimeProvider Time => TimeProvider.System;

    protected ILocator Main => Page.Locator("main");

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null)
        {
            return;
        }

        Host = Settings is null ? await chromium.SharedHostAsync() : await LocalSystem.StartAsync(Time, Settings);
        await OpenWindowAsync(new());
    }

    public async Task DisposeAsync()
    {
        if (Chromium.Path is null)
        {
            return;
        }

        await _context.CloseAsync();
        if (Settings is not null)
        {
            await Host.DisposeAsync();
        }

        Assert.Empty(_troubles);
    }

    /// <summary>A new window, instead of the one there is.</summary>
    protected async Task OpenWindowAsync(BrowserNewContextOptions options)
    {
        if (_context is not null)
        {
            await _context.CloseAsync();
        }

        options.BaseURL = Host.Host.Url.AbsoluteUri;
        options.Locale = "en-GB";
        options.TimezoneId = "Europe/Stockholm";
        options.ReducedMotion = ReducedMotion.Reduce;
        _context = await chromium.Browser.NewContextAsync(options);
        _context.SetDefaultTimeout(10_000);
        Page = await _context.NewPageAsync();
        Page.PageError += (_, error) => _troubles.Enqueue(error);
        Page.Console += (_, message) =>
        {
            // The browser itself writes of each answer that is no success.
            if (
                message.Type == "error"
                && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)
            )
            {
                _troubles.Enqueue(message.Text);
            }
        };
        Page.Request += (_, request) =>
        {
            if (
                !request.Url.StartsWith(options.BaseURL, StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal)
            )
            {
                _troubles.Enqueue($"A request left the host: {request.Url}");
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
        await AnswerAsync("/health/ready", new JsonObject { ["status"] = "ready", ["checks"] = new JsonObject { ["bus"] = "ok" } });
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
