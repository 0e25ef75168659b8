using OrderFunctions.App.Hosting;
using OrderFunctions.TestKit;

namespace OrderFunctions.Tests;

/// <summary>docs/architecture.md, as a test: which room of the Functions app may use which.</summary>
public sealed class ArchitectureTests
{
    private static readonly Rooms App = new(
        "OrderFunctions",
        [
            new("App.Bus", ["Bus"], "Service Bus as Core's IBus: what is in a message is others' business"),
            new("App.Credentials", ["Credentials"], "Key Vault as Core's ISecretStore"),
            new("App.Ledger", ["Ledger", "Orders"], "Table storage as Core's ILedger: its rules are Delivery's"),
            new(
                "App.Functions",
                ["App.Bus", "App.Ledger", "Handlers", "Endpoints", "Endpoints.Operators", "Endpoints.Pages"],
                "a function is a binding and one call: no rule, no setting"
            ),
            new(
                "App.Hosting",
                [
                    "App.Bus",
                    "App.Credentials",
                    "App.Ledger",
                    "Hosting",
                    "Operations",
                    "Bus",
                    "Credentials",
                    "Ledger",
                    "Diagnostics",
                ],
                "it puts the app together"
            ),
        ]
    );

    [Fact]
    public void Every_room_uses_only_the_rooms_below_it()
    {
        var violations = App.Violations(typeof(FunctionsAppRegistration).Assembly.Location);

        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void The_rooms_make_no_circle() => Assert.Null(App.Circle());
}
