using OrderFunctions.Local.Commands;

namespace OrderFunctions.Local.Tests.Commands;

public sealed class WebhookTests
{
    [Theory]
    [InlineData("shopify", "shopify-order", "450789469001", 162.80)]
    [InlineData("woocommerce", "woocommerce-order", "727", 61.20)]
    public async Task It_shows_the_order_event_and_the_four_requests(
        string platform,
        string sample,
        string orderId,
        decimal total
    )
    {
        var (exitCode, output, error) = await RunAsync(platform, Sample(sample));

        Assert.Equal((0, ""), (exitCode, error));
        var answer = System.Text.Json.JsonElement.Parse(output);
        var order = answer.GetProperty("event").GetProperty("order");
        Assert.Equal((orderId, total), (order.GetProperty("id").GetString(), order.GetProperty("total").GetDecimal()));
        Assert.All(
            answer.GetProperty("preview").GetProperty("providers").EnumerateArray(),
            provider => Assert.True(provider.TryGetProperty("request", out _), $"{provider}")
        );
    }

    [Fact]
    public async Task What_can_t_be_mapped_is_told_with_its_path()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, """{"id":1,"currency":"EUR","updated_at":"yesterday"}""");
        try
        {
            var (exitCode, output, error) = await RunAsync("shopify", path);

            Assert.Equal((1, ""), (exitCode, output));
            Assert.Contains("$.updated_at: is no time such as", error, StringComparison.Ordinal);
            Assert.Contains("$.current_total_price_set.shop_money: is missing", error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task What_nobody_would_be_told_of_is_said() =>
        Assert.Equal(
            (0, "Nobody is told of it: it would be ignored (topic).\n", ""),
            await RunAsync("shopify", Sample("shopify-order"), "--topic", "refunds/create")
        );

    [Fact]
    public async Task An_unknown_platform_is_wrong_usage()
    {
        var (exitCode, _, error) = await RunAsync("magento", Sample("shopify-order"));

        Assert.Equal(2, exitCode);
        Assert.Contains("woocommerce", error, StringComparison.Ordinal);
    }

    private static string Sample(string name) =>
        Path.Combine(AppContext.BaseDirectory, "samples", "webhooks", $"{name}.json");

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        // Of a day after the samples'.
        var time = new FixedTime();
        var exitCode = await CommandLine.RunAsync(["webhook", .. args], output, error, time);
        return (exitCode, output.ToString(), error.ToString());
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);
    }
}
