using Microsoft.Playwright;

namespace OrderFunctions.Browser.Tests;

public sealed class KeyTests(Chromium chromium) : ConsoleTest(chromium)
{
    private const string Key = "a-key-for-this-test";

    protected override string[] Settings => ["--Local:ApiKey", Key];

    [ChromiumFact]
    public async Task A_wrong_key_is_refused_and_the_right_one_opens_the_console_until_the_tab_is_reloaded()
    {
        var addresses = new List<string>();
        Page.Request += (_, request) => addresses.Add(request.Url);
        await OpenAsync("#/order/1001");
        await GiveAsync("wrong");
        await Expect(Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The host refused that key.");

        await GiveAsync(Key);

        await Expect(Page.GetByText("No delivery of this order was taken up yet.")).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        Assert.DoesNotContain(addresses, address => address.Contains(Key, StringComparison.Ordinal));
        Assert.Equal(
            "{} {} ",
            await Page.EvaluateAsync<string>(
                "`${JSON.stringify(localStorage)} ${JSON.stringify(sessionStorage)} ${document.cookie}`"
            )
        );
        Assert.DoesNotContain(Key, await Page.ContentAsync(), StringComparison.Ordinal);

        await Page.ReloadAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task Who_gives_no_key_is_not_asked_again_and_again_and_can_give_it_later()
    {
        await Page.Clock.InstallAsync();
        await OpenAsync("#/order/1001");
        await Expect(Page.GetByRole(AriaRole.Textbox, new() { Name = "Key" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByText("The host asks for its key.").First).ToBeVisibleAsync();

        await PassAsync(TimeSpan.FromMinutes(2));
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        await Button("Enter the key").ClickAsync();
        await GiveAsync(Key);
        await Expect(Page.GetByText("No delivery of this order was taken up yet.")).ToBeVisibleAsync();
    }

    private async Task GiveAsync(string key)
    {
        await Page.GetByRole(AriaRole.Textbox, new() { Name = "Key" }).FillAsync(key);
        await Page.Keyboard.PressAsync("Enter");
    }
}
