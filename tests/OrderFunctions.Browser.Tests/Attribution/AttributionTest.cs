using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OrderFunctions.Browser.Tests.Attribution;

/// <summary>One after the other, beside the others: they share a browser and a shop.</summary>
[CollectionDefinition(Name)]
public sealed class AttributionTests : ICollectionFixture<Chromium>, ICollectionFixture<Shop>
{
    public const string Name = "Attribution";
}

/// <summary>attribution.js in the pages of a shop. No page may notice it.</summary>
[Collection(AttributionTests.Name)]
public abstract class AttributionTest(Chromium chromium, Shop shop) : BrowserTest(chromium)
{
    protected const string Token = "77_f3afbe121";
    protected const string Click = "59d08c54-18e6-4e0d-9c06-d18be3510e43";
    protected const string Landing = $"/shoes?avad={Token}&gclid=g-1&duel_a=nick.t.4&click={Click}";

    protected Shop Shop { get; } = shop;

    /// <summary>The clicks that pages reported.</summary>
    protected List<string?> Reports { get; } = [];

    protected override async Task StartAsync()
    {
        Shop.Forget();
        Shop.Head = Shopify(isAllowed: true);
        SetTag("data-consent=\"shopify\" data-cart=\"shopify\"");
        await OpenWindowAsync(new());
        Page.Request += (_, request) =>
        {
            if (IsReport(request))
            {
                Reports.Add(request.PostData);
            }
        };
    }

    protected static bool IsReport(IRequest request) =>
        request.Method == "POST" && request.Url.EndsWith("/clicks", StringComparison.Ordinal);

    /// <summary>What Shopify's pages have, as far as the script uses it.</summary>
    protected static string Shopify(bool isAllowed) =>
        $$"""
            window.Shopify = { routes: { root: '/' }, customerPrivacy: { marketingAllowed: () => window.allowed } };
            window.allowed = {{(isAllowed ? "true" : "false")}};
            window.choose = (allowed) => {
              window.allowed = allowed;
              document.dispatchEvent(new CustomEvent('visitorConsentCollected', { detail: { marketingAllowed: allowed } }));
            };
            """;

    protected void SetTag(string attributes) =>
        Shop.Tag = $"<script src=\"{Shop.HostUrl}attribution.js\" defer {attributes}></script>";

    protected Task VisitAsync(string path, string? referer = null) =>
        Page.GotoAsync(Shop.Url + path, new() { WaitUntil = WaitUntilState.NetworkIdle, Referer = referer });

    protected async Task<Dictionary<string, BrowserContextCookiesResult>> CookiesAsync() =>
        (await Context.CookiesAsync()).ToDictionary(cookie => cookie.Name);

    protected async Task<JsonNode> AttributionAsync() =>
        JsonNode.Parse(await Page.EvaluateAsync<string>("JSON.stringify(window.orderFunctions.attribution())"))!;

    protected async Task AssertNothingIsKeptOrSentAsync()
    {
        Assert.Empty(await CookiesAsync());
        Assert.Empty(Shop.Puts);
        Assert.Empty(Reports);
    }
}
