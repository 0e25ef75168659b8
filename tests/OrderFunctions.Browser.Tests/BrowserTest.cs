using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace OrderFunctions.Browser.Tests;

/// <summary>A browser window of the test's own.</summary>
public abstract class BrowserTest(Chromium chromium) : IAsyncLifetime
{
    /// <summary>What no page may lead to: a test that leaves one behind fails.</summary>
    protected ConcurrentQueue<string> Troubles { get; } = new();

    protected IBrowserContext Context { get; private set; } = null!;

    protected IPage Page { get; private set; } = null!;

    /// <summary>Starts what the page needs, and opens a window.</summary>
    protected abstract Task StartAsync();

    protected virtual Task StopAsync() => Task.CompletedTask;

    public async Task InitializeAsync()
    {
        if (Chromium.Path is not null)
        {
            await StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (Chromium.Path is not null)
        {
            await Context.CloseAsync();
            await StopAsync();
            Assert.Empty(Troubles);
        }
    }

    /// <summary>A new window, instead of the one there is.</summary>
    protected async Task OpenWindowAsync(BrowserNewContextOptions options)
    {
        if (Context is not null)
        {
            await Context.CloseAsync();
        }

        Context = await chromium.Browser.NewContextAsync(options);
        Page = await Context.NewPageAsync();
        Page.PageError += (_, error) => Troubles.Enqueue(error);
        Page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Troubles.Enqueue(message.Text);
            }
        };
    }
}
