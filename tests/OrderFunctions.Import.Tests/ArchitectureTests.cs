using OrderFunctions.TestKit;

namespace OrderFunctions.Import.Tests;

/// <summary>docs/architecture.md, as a test: what the import may use.</summary>
public sealed class ArchitectureTests
{
    private static readonly Rooms Import = new(
        "OrderFunctions",
        [
            new(
                "Import",
                ["Redaction"],
                "it is an HTTP client: it knows a host by its routes, and shares only the redactor"
            ),
        ]
    );

    [Fact]
    public void The_import_knows_a_host_by_its_routes_alone()
    {
        var violations = Import.Violations(typeof(Importer).Assembly.Location);

        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }
}
