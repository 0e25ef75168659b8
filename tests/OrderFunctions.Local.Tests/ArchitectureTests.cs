using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>docs/architecture.md, as a test: which room of the local host may use which.</summary>
public sealed class ArchitectureTests
{
    private static readonly Rooms Local = new(
        "OrderFunctions",
        [
            new(
                "Local",
                [
                    "Bus",
                    "Credentials",
                    "Endpoints",
                    "Endpoints.Operators",
                    "Endpoints.Pages",
                    "Handlers",
                    "Hosting",
                    "Journaling",
                    "Ledger",
                    "Operations",
                    "Providers",
                    "Sandbox",
                    "Sandbox.Http",
                ],
                "it puts the system, the journal and the sandbox together, decides nothing about a delivery, and knows no provider"
            ),
            new(
                "Local.Commands",
                [
                    "Local",
                    "Import",
                    "Preview",
                    "Credentials",
                    "Storefronts",
                    "Intake",
                    "Orders",
                    "Json",
                    "Providers",
                    "Ledger",
                    "Endpoints",
                    "Hosting",
                    "Redaction",
                ],
                "a command runs without the host: it uses no bus, no journal and no sandbox"
            ),
        ]
    );

    [Fact]
    public void Every_room_uses_only_the_rooms_below_it()
    {
        var violations = Local.Violations(typeof(LocalHost).Assembly.Location);

        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void The_rooms_make_no_circle() => Assert.Null(Local.Circle());
}
