using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Hosting;
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
    public async Task Each_of_several_keys_lets_in_and_the_log_tells_once_which_are_in_use()
    {
        await using var system = await LocalSystem.StartAsync(
            null,
            "--Local:ApiKey",
            "key-0",
            "--Local:ApiKeys:storefront",
            "key-1",
            "--Local:ApiKeys:storefront-next",
            "key-2",
            "--Logging:LogLevel:Default",
            "Information",
            "--Logging:Console:LogLevel:Default",
            "None"
        );
        using var log = new LogBook();
        system.Host.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);

        foreach (
            var (key, status) in new[] { ("key-0", 200), ("key-2", 200), ("key-2", 200), ("key-", 401), ("", 401) }
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "api/parked");
            request.Headers.Add(ApiKeys.Header, key);
            using var response = await system.Http.SendAsync(request);
            Assert.Equal(status, (int)response.StatusCode);
        }

        Assert.Equal(
            ["key.used ApiKey, ", "key.used storefront-next, "],
            log.Lines.Where(line => line.Contains("key.used", StringComparison.Ordinal))
                .Select(line =>
                    line[
                        line.IndexOf("key.used", StringComparison.Ordinal)..(
                            line.IndexOf(',', StringComparison.Ordinal) + 2
                        )
                    ]
                )
        );
        Assert.DoesNotContain("key-", log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_empty_or_that_no_header_takes_stops_the_start_and_is_not_shown()
    {
        var error = await Assert.ThrowsAsync<SettingsException>(() =>
            LocalSystem.StartAsync(null, "--Local:ApiKeys:erp", "", "--Local:ApiKeys:storefront", "two words")
        );

        Assert.Equal(
            ["Local__ApiKeys__erp must be of ASCII", "Local__ApiKeys__storefront must be of ASCII"],
            error.Problems.Select(problem => problem.Split(" letters")[0])
        );
        Assert.DoesNotContain("two words", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Original-For", "127.0.0.1")]
    public async Task Without_a_key_it_counts_who_connects_and_not_what_a_header_says(string header, string address)
    {
        await using var system = await LocalSystem.StartAsync(null, "--Storefront:ClientAddressHeader", header);
        using var asLocal = new HttpRequestMessage(HttpMethod.Get, "api/parked");
        asLocal.Headers.Add(header, "203.0.113.1");
        using var local = await system.Http.SendAsync(asLocal);
        Assert.Equal(HttpStatusCode.OK, local.StatusCode);

        var guard = new KeyGuard(
            _ => throw new InvalidOperationException("It came in."),
            new ApiKeys(new LocalOptions()),
            NullLogger<KeyGuard>.Instance
        );
        var context = new DefaultHttpContext { RequestServices = system.Host.Services };
        (context.Request.Path, context.Request.Host) = ("/api/parked", new HostString("localhost"));
        context.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.1");
        context.Request.Headers[header] = address;
        await KeyGuard.RememberConnection(
            context,
            http =>
            {
                // As ASP.NET Core's middleware does, for a proxy.
                http.Connection.RemoteIpAddress = IPAddress.Parse(address);
                return guard.InvokeAsync(http);
            }
        );
        Assert.Equal(StatusCodes.Status403Forbidden, context.Response.StatusCode);
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
