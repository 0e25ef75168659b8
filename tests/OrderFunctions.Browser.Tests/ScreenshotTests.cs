using Microsoft.Playwright;

namespace OrderFunctions.Browser.Tests;

/// <summary>The pictures of the docs. SCREENSHOTS names the folder they are written to; else they are only taken.</summary>
public sealed class ScreenshotTests(Chromium chromium) : ConsoleTest(chromium)
{
    private const int MostBytes = 150_000;

    [ChromiumTheory]
    [InlineData("console-overview", "#/", "the oldest for", ColorScheme.Light, 900)]
    [InlineData("console-overview-dark", "#/", "the oldest for", ColorScheme.Dark, 900)]
    [InlineData("console-order", "#/order/1001", "upstream connect error", ColorScheme.Light, 900)]
    [InlineData("console-parked", "#/parked", "The oldest 44 that match", ColorScheme.Light, 900)]
    public async Task A_picture_of_the_docs_has_at_most_150_KB(
        string name,
        string view,
        string shows,
        ColorScheme scheme,
        int height
    )
    {
        await OpenConsoleAsync(
            new()
            {
                ColorScheme = scheme,
                ViewportSize = new() { Width = 1160, Height = height },
            }
        );
        await StageAsync();
        await OpenAsync(view);
        await Expect(Page.GetByText(shows).First).ToBeVisibleAsync();
        await Expect(Page.GetByText("Reading …")).ToHaveCountAsync(0);

        var picture = await Page.ScreenshotAsync();

        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}.png"), picture);
        }

        Assert.InRange(picture.Length, 1, MostBytes);
    }
}
