using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Providers;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class DeliveryLogTests
{
    [Fact]
    public void A_provider_without_credentials_that_refuses_us_is_told_of_without_naming_a_secret()
    {
        var (basic, none) = (
            Line(log => log.CredentialRejected("duel", 401, "Basic")),
            Line(log => log.CredentialRejected("katalys", 403, null))
        );

        Assert.EndsWith(
            "credential.rejected duel refused our Basic credentials with 401, freshly fetched; check the secret",
            basic,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "credential.rejected katalys refused a call that needs no credentials with 403; check its address and ids",
            none,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Of_a_parked_message_that_can_not_be_read_what_is_not_known_is_called_so() =>
        Assert.EndsWith(
            "delivery.parked unknown order unknown event unknown: Invalid",
            Line(log => log.Parked(null, null, null, "Invalid")),
            StringComparison.Ordinal
        );

    private static string Line(Action<DeliveryLog> write)
    {
        using var book = new LogBook();
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(book))
            .AddSingleton<TimeProvider>(new ManualTime())
            .AddSingleton(new OperatorEventOptions())
            .AddSingleton<OperatorEventQueue>()
            .AddSingleton<OperatorEvents>()
            .AddSingleton<OutageLog>()
            .AddSingleton(new ProviderCatalog([]))
            .AddSingleton<DeliveryCounters>()
            .AddSingleton<DeliveryLog>()
            .BuildServiceProvider();
        write(services.GetRequiredService<DeliveryLog>());
        return Assert.Single(book.Lines);
    }
}
