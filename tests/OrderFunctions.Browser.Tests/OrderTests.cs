using Microsoft.Playwright;
using OrderFunctions.TestKit;

namespace OrderFunctions.Browser.Tests;

public sealed class OrderTests(Chromium chromium) : ConsoleTest(chromium)
{
    private ILocator Card(string provider) => Page.GetByRole(AriaRole.Article, new() { Name = provider, Exact = true });

    [ChromiumFact]
    public async Task An_order_is_found_by_its_id_with_each_provider_s_attempts_and_words()
    {
        await StageAsync();
        await OpenAsync();
        await Page.GetByLabel("Order id").FillAsync("1001");
        await Button("Find").ClickAsync();

        await Expect(Heading("Order 1001")).ToBeFocusedAsync();
        await Expect(Card("duel")).ToContainTextAsync("retrying");
        await Expect(Card("duel")).ToContainTextAsync("Next attempt15:37:10");
        await Expect(Card("duel").GetByRole(AriaRole.Listitem))
            .ToContainTextAsync([
                "Event refunded15:17:10 retry update · 2\u00a0of\u00a06 · no\u00a0answer · 30\u00a0s",
                "upstream connect error or disconnect/reset before headers",
                "Event paid14:02:10 delivered create · 1\u00a0of\u00a06 · 200 · 143\u00a0ms",
            ]);
        await Expect(Card("retrack")).ToContainTextAsync("Its reference8812");
        await Expect(Card("retrack")).ToContainTextAsync("Asked to tell again15:02:10 by kim");
        await Expect(Card("avantlink")).ToContainTextAsync("No attempt was made");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Its parked deliveries" }).ClickAsync();
        Assert.EndsWith("#/parked?orderId=1001", Page.Url, StringComparison.Ordinal);
    }

    [ChromiumFact]
    public async Task A_link_to_an_order_opens_it_whatever_its_id_is_made_of()
    {
        const string id = "A/B 100% ?#&é";
        var submitted = await Host.SubmitAsync(json => json["order"]!["id"] = id);
        submitted.EnsureSuccessStatusCode();
        await Host.IdleAsync();

        await OpenAsync($"#/order/{Uri.EscapeDataString(id)}");

        await Expect(Heading($"Order {id}")).ToBeVisibleAsync();
        await Expect(Card("duel")).ToContainTextAsync("delivered");
        await OpenAsync("#/order/%E0%A4%A");
        await Expect(Heading("Order %E0%A4%A")).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task An_order_that_was_just_accepted_appears_by_itself()
    {
        await Page.Clock.InstallAsync();
        await OpenAsync("#/order/soon");
        await Expect(Page.GetByText("No delivery of this order was taken up yet.")).ToBeVisibleAsync();

        using var submitted = await Host.SubmitAsync(json => json["order"]!["id"] = "soon");
        await Host.IdleAsync();
        await PassAsync(TimeSpan.FromSeconds(5));

        await Expect(Page.GetByRole(AriaRole.Article)).ToHaveCountAsync(Samples.ProviderNames.Length);
    }

    [ChromiumFact]
    public async Task A_pasted_event_shows_each_provider_s_request_or_all_that_is_wrong_with_it()
    {
        await OpenAsync("#/order/1001");
        var field = Page.GetByLabel("An order event, as JSON");
        await field.FillAsync("""{"occurredAt":"yesterday"}""");
        await Button("Show the requests").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The request is not valid");
        await Expect(Page.GetByText("$.order is missing")).ToBeVisibleAsync();

        await field.FillAsync(System.Text.Encoding.UTF8.GetString(Samples.Utf8()));
        await Button("Show the requests").ClickAsync();

        var request = Page.GetByLabel("Request to duel");
        await Expect(request).ToContainTextAsync("PUT http://127.0.0.1:");
        await Expect(request).ToContainTextAsync("\"total\": 125.00,");
        await Expect(request).ToContainTextAsync("Authorization: Basic ***");
        await Expect(Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }
}
