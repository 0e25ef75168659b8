using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Journaling;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

public sealed class KeyGuardTests
{
    [Theory]
    [InlineData(null, 401)]
    [InlineData("wrong", 401)]
    [InlineData("right", 404)]
    public async Task With_a_key_set_only_callers_who_send_it_come_in(string? key, int status)
    {
        await using var system = await LocalSystem.StartAsync(null, "--Local:ApiKey", "right");
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/orders/1");
        if (key is not null)
        {
            request.Headers.Add("x-functions-key", key);
        }

        using var response = await system.Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.DoesNotContain("right", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_in_the_address_is_not_logged()
    {
        await using var system = await LocalSystem.StartAsync(
            null,
            "--Local:ApiKey",
            "right",
            "--Logging:LogLevel:Default",
            "Information",
            "--Logging:Console:LogLevel:Default",
            "None"
        );
        using var log = new LogBook();
        system.Host.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        system.Host.Services.GetRequiredService<Journal>().Dispose();

        using var listed = await system.Http.GetAsync("api/parked?code=right");
        using var failed = await system.PostAsync("api/orders?code=right", Samples.Utf8());

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.InternalServerError), (listed.StatusCode, failed.StatusCode));
        Assert.Contains("request.failed", log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("right", log.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("health/live")]
    [InlineData("health/ready")]
    [InlineData("openapi.json")]
    [InlineData("console")]
    public async Task The_other_routes_need_no_key(string path)
    {
        await using var system = await LocalSystem.StartAsync(null, "--Local:ApiKey", "right");

        using var response = await system.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Without_a_key_a_page_that_rebinds_its_name_to_this_machine_is_kept_out()
    {
        await using var system = await LocalSystem.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/parked");
        request.Headers.Host = "evil.example";

        using var response = await system.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }
}
