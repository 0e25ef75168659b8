using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Providers;
using OrderFunctions.Sandbox.Faults;
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

    [Fact]
    public async Task A_parked_delivery_is_told_of_with_its_provider_its_order_and_its_event()
    {
        using var book = new LogBook();
        await using var services = Services(book);

        services.GetRequiredService<DeliveryLog>().Parked("duel", "1001", "paid", "Rejected");

        Assert.EndsWith(
            "delivery.parked duel order 1001 event paid: Rejected",
            Assert.Single(book.Lines),
            StringComparison.Ordinal
        );
        var raised = await services.GetRequiredService<OperatorEventQueue>().TakeAsync(default);
        Assert.Equal(("duel", "1001"), (raised.Event.Provider, raised.Event.OrderId));
    }

    [Fact]
    public async Task What_is_told_of_deliveries_is_counted_for_the_overview()
    {
        await using var rig = await Rig.StartAsync();
        rig.Sandbox.State.InjectFault("duel", new Fault { Status = 503, Times = 1 });
        rig.Sandbox.State.InjectFault("katalys", new Fault { Status = 400, Times = 1 });
        await rig.SubmitAsync();
        await rig.DrainAsync();
        await rig.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((1, 1, 0), Counted("duel"));
        Assert.Equal((0, 0, 1), Counted("katalys"));

        (int Delivered, int Retried, int Parked) Counted(string provider)
        {
            var hour = rig.Services.GetRequiredService<DeliveryCounters>().LastHour(provider).Together;
            return (hour.Delivered, hour.Retried, hour.Parked);
        }
    }

    private static string Line(Action<DeliveryLog> write)
    {
        using var book = new LogBook();
        using var services = Services(book);
        write(services.GetRequiredService<DeliveryLog>());
        return Assert.Single(book.Lines);
    }

    private static ServiceProvider Services(LogBook book) =>
        new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(book))
            .AddSingleton<TimeProvider>(new ManualTime())
            .AddSingleton(new OperatorEventOptions { Url = new Uri("https://pager.example/hook") })
            .AddSingleton<OperatorEventQueue>()
            .AddSingleton<OperatorEvents>()
            .AddSingleton<OutageLog>()
            .AddSingleton(new ProviderCatalog([]))
            .AddSingleton<DeliveryCounters>()
            .AddSingleton<DeliveryLog>()
            .BuildServiceProvider();
}
