using Microsoft.Playwright;

namespace OrderFunctions.Browser.Tests;

/// <summary>The pictures of the docs. SCREENSHOTS names the folder they are written to; else they are only taken.</summary>
public sealed class ScreenshotTests(Chromium chromium) : ConsoleTest(chromium)
{
    private const int MostBytes = 150_000;

    [ChromiumTheory]
    [InlineData("console-overview", "#/", ColorScheme.Light, 900)]
    [InlineData("console-overview-dark", "#/", ColorScheme.Dark, 900)]
    [InlineData("console-order", "#/order/1001", ColorScheme.Light, 900)]
    [InlineData("console-parked", "#/parked", ColorScheme.Light, 900)]
    public async Task A_picture_of_the_docs_has_at_most_150_KB(string name, string view, ColorScheme scheme, int height)
    {
        await OpenWindowAsync(
            new()
            {
                ColorScheme = scheme,
                ViewportSize = new() { Width = 1200, Height = height },
            }
        );
        await Page.Clock.SetFixedTimeAsync(Scene.Now.UtcDateTime);
        await AnswerAsync("/api/overview", Scene.Overview());
        await AnswerAsync("/api/parked/summary", Scene.Summary());
        await AnswerAsync("/api/parked", Scene.Parked());
        await AnswerAsync(
            "/api/parked/jobs",
            new System.Text.Json.Nodes.JsonObject { ["jobs"] = new System.Text.Json.Nodes.JsonArray(Scene.Job()) }
        );
        await AnswerAsync("/api/orders/1001", Scene.Order());
        await OpenAsync(view);
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        var picture = await Page.ScreenshotAsync();

        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}.png"), picture);
        }

        Assert.InRange(picture.Length, 1, MostBytes);
    }
}
