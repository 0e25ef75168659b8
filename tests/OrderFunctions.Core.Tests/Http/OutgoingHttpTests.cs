using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Mono.Cecil;
using Mono.Cecil.Cil;
using OrderFunctions.Http;

namespace OrderFunctions.Core.Tests.Http;

/// <summary>How every call to others goes out: to platforms, to a shop's API, to the receiver of operator events.</summary>
public sealed class OutgoingHttpTests
{
    [Fact]
    public void Nothing_else_makes_connections()
    {
        using var core = ModuleDefinition.ReadModule(typeof(OutgoingHttp).Assembly.Location);
        var makers =
            from type in core.GetTypes()
            from method in type.Methods.Where(method => method.HasBody)
            from instruction in method.Body.Instructions
            where instruction.OpCode == OpCodes.Newobj
            let made = (MethodReference)instruction.Operand
            where
                made.DeclaringType.Name is "SocketsHttpHandler" or "HttpClientHandler"
                || (made.DeclaringType.Name == "HttpClient" && made.Parameters.Count == 0)
            select type.Name;

        Assert.Equal([nameof(OutgoingHttp)], makers.Distinct());
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        var called = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        server.Run(context =>
        {
            called.Enqueue(context.Request.Path);
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        await server.StartAsync();
        using var http = new HttpClient(OutgoingHttp.NewConnections());

        using var answer = await http.PostAsync(new Uri(new Uri(server.Urls.First()), "/orders"), content: null);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(["/orders"], called);
    }

    // What the settings can't know: a name's owner decides what it comes to, and when.
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("203.0.113.1", "169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("fd00:ec2::254")]
    public async Task A_name_that_comes_to_such_an_address_is_not_called(params string[] addresses)
    {
        using var http = new HttpClient(
            OutgoingHttp.NewConnections((_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse)))
        );

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("https://api.duel.example/"));

        // Nothing was sent: it may be tried again.
        Assert.Equal(HttpRequestError.ConnectionError, error.HttpRequestError);
        Assert.StartsWith(
            "api.duel.example comes to an address that a cloud keeps for its own machines, and is not called",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_name_that_comes_to_nothing_is_a_failure_of_the_name()
    {
        using var http = new HttpClient(OutgoingHttp.NewConnections());

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("https://nowhere.invalid/"));

        Assert.Equal(HttpRequestError.NameResolutionError, error.HttpRequestError);
    }
}
