using Microsoft.Playwright;
using OrderFunctions.TestKit;

namespace OrderFunctions.Browser.Tests;

public sealed class ReturnsTests(Chromium chromium) : ConsoleTest(chromium)
{
    // AvantLink takes returns for 30 days.
    private readonly ManualTime _time = new(new DateTimeOffset(2025, 11, 22, 12, 0, 0, TimeSpan.Zero));

    protected override string[] Settings => [];

    protected override TimeProvider Time => _time;

    [ChromiumFact]
    public async Task The_file_is_downloaded_as_often_as_one_likes_until_it_is_marked_as_told()
    {
        using (await Host.SubmitAsync(json => json["order"]!["currency"] = "USD")) { }

        await Host.IdleAsync();
        using (
            await Host.SubmitAsync(json =>
            {
                json["occurredAt"] = "2025-11-22T09:00:00+01:00";
                json["order"]!["status"] = "cancelled";
            })
        ) { }

        await Host.IdleAsync();
        await OpenAsync("#/returns");
        await Expect(Page.GetByRole(AriaRole.Caption).First).ToContainTextAsync("In the file: 1 order of 100.00");

        var looked = await DownloadAsync(() => Button("Download the file").ClickAsync());
        await Expect(Page.GetByRole(AriaRole.Caption).First).ToContainTextAsync("In the file: 1 order");
        await Button("Download and mark as told …").ClickAsync();
        var marked = await DownloadAsync(() => Button("Download and mark").ClickAsync());

        Assert.Equal(looked, marked);
        Assert.Contains(",1001,", marked, StringComparison.Ordinal);
        await Expect(Page.GetByRole(AriaRole.Caption).First).ToContainTextAsync("In the file: 0 orders");
        await Expect(Button("Download and mark as told …")).ToBeDisabledAsync();
    }

    [ChromiumFact]
    public async Task What_the_file_cannot_say_stands_apart_with_the_reason()
    {
        await StageAsync();
        await OpenAsync("#/returns");

        await Expect(Page.GetByRole(AriaRole.Table).First)
            .ToContainTextAsync("In the file: 2 orders of 139.80\u00a0USD");
        await Expect(Page.GetByRole(AriaRole.Table).First).ToContainTextAsync("2 × mug-blue at 19.90 (RETURN)");
        await Expect(Page.GetByRole(AriaRole.Table).Last)
            .ToContainTextAsync("AvantLink takes returns for 30 days; the order is of 2026-10-01");
    }

    private async Task<string> DownloadAsync(Func<Task> click)
    {
        var download = await Page.RunAndWaitForDownloadAsync(click);
        Assert.Matches("^returns_.*[.]csv$", download.SuggestedFilename);
        return await File.ReadAllTextAsync(await download.PathAsync());
    }
}
