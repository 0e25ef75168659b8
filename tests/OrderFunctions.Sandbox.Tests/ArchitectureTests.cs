using OrderFunctions.Sandbox.Http;
using OrderFunctions.TestKit;

namespace OrderFunctions.Sandbox.Tests;

/// <summary>docs/architecture.md, as a test: which room of the sandbox may use which.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Providers =
    [
        .. typeof(ProviderApi)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(ProviderApi)))
            .Select(type => type.Namespace!["OrderFunctions.Sandbox.".Length..]),
    ];

    private static readonly Rooms Sandbox = new(
        "OrderFunctions.Sandbox",
        [
            new("Json", [], "reading and writing JSON knows no requests"),
            new("Http", ["Json"], "what arrives and what is sent is the same for every provider"),
            .. Providers.Select(name => new Room(
                name,
                ["Http", "Json"],
                "a provider knows neither another one, nor faults, nor who steers it"
            )),
            new("Faults", ["Http"], "any provider can have any fault"),
            new("Control", ["Faults", "Http", "Json"], "what is shown and steered is the same for every provider"),
            new(
                "(root)",
                ["Control", "Faults", "Http", .. Providers],
                "it puts all together, and SandboxProviders alone names the providers"
            ),
        ]
    );

    [Fact]
    public void Every_room_uses_only_the_rooms_below_it()
    {
        var violations = Sandbox.Violations(typeof(SandboxServer).Assembly.Location);

        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void The_rooms_make_no_circle() => Assert.Null(Sandbox.Circle());
}
