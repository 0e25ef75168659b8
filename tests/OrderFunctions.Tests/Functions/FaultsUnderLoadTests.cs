using Azure;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Bus;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Retrack;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Tests.Functions;

/// <summary>
/// Orders come all the time while Service Bus, Table storage and the platforms fail in turns. FAULT_ROUNDS=20 is the
/// long form.
/// </summary>
public sealed class FaultsUnderLoadTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly int Rounds = EnvironmentNumber.Of("FAULT_ROUNDS", 1);
    private readonly Random _random = new(RandomOrder.Seed);
    private FunctionsRig _rig = null!;

    public async Task InitializeAsync() => _rig = await FunctionsRig.StartAsync();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Every_accepted_order_is_told_once_in_effect_through_outages_of_the_bus_and_the_table()
    {
        output.WriteLine($"TEST_SEED={RandomOrder.Seed} FAULT_ROUNDS={Rounds}");
        var (accepted, refused) = (new List<string>(), 0);
        for (var step = 0; step < 40 * Rounds; step++)
        {
            Inject();
            var id = $"t-{step}";
            var status = await SubmitAsync(id);
            Assert.True(status is 202 or 503, $"{id} got a {status}.\n{_rig.Log}");
            refused += status == 503 ? 1 : 0;
            // Refused or lost on its way: the shop sends it again.
            while (status != 202)
            {
                _rig.Broker.Trouble = null;
                status = await SubmitAsync(id);
            }

            accepted.Add(id);
            await HandleAsync(_random.Next(10));
            _rig.Time.Advance(TimeSpan.FromSeconds(_random.Next(120)));
        }

        MakeWell();
        await PassDaysAsync();
        var parked = await _rig.Bus.ListParkedAsync(new ParkedFilter(), int.MaxValue, null, default);
        Assert.All(parked.Items, each => Assert.NotEqual("", each.Description));
        output.WriteLine($"{accepted.Count} orders, {refused} refused at first, {parked.Items.Count} parked");
        await _rig.Bus.ReplayAsync(new ParkedFilter(), int.MaxValue, default);
        await PassDaysAsync();

        foreach (var provider in Samples.ProviderNames)
        {
            var api = _rig.Sandbox.Provider(provider);
            var lost = accepted.Where(id => !api.HasOrder(id)).ToList();
            Assert.True(
                lost.Count == 0,
                $"TEST_SEED={RandomOrder.Seed}: {provider} should have {string.Join(", ", lost)}.\n{_rig.Log}"
            );
        }

        Assert.All(
            _rig.Sandbox.Provider<RetrackApi>().Transactions,
            each => Assert.True(each.RefusedRepeats == 0, $"A second transaction was asked for: {each}")
        );
        var left = await _rig.Bus.ListParkedAsync(new ParkedFilter(), int.MaxValue, null, default);
        Assert.Empty(left.Items);
    }

    private void Inject()
    {
        MakeWell();
        switch (_random.Next(9))
        {
            case 0:
                _rig.Broker.Trouble = new ServiceBusException("busy", ServiceBusFailureReason.ServiceBusy);
                break;
            case 1:
                _rig.Broker.Trouble = new TimeoutException("no answer");
                break;
            case 2:
                _rig.Table.Trouble = new RequestFailedException(503, "busy", "ServerBusy", null);
                break;
            case 3:
                _rig.Table.Trouble = new RequestFailedException("Name or service not known");
                break;
            case 4:
                _rig.Table.LosesNextAnswer = true;
                break;
            case 5:
                _rig.Sandbox.InjectFault(AnyProvider(), new Fault { Status = 503, Times = 3 });
                break;
            case 6:
                // Whose retries can't be scheduled.
                _rig.Broker.Refuses = Entities.QueueOf(AnyProvider());
                break;
            case 7:
                _rig.Sandbox.InjectFault(AnyProvider(), new Fault { Drop = true, ServeFirst = _random.Next(2) == 0 });
                break;
        }
    }

    private string AnyProvider() => Samples.ProviderNames[_random.Next(Samples.ProviderNames.Length)];

    private void MakeWell()
    {
        (_rig.Broker.Trouble, _rig.Broker.Refuses) = (null, null);
        (_rig.Table.Trouble, _rig.Table.LosesNextAnswer) = (null, false);
        foreach (var provider in Samples.ProviderNames)
        {
            _rig.Sandbox.ClearFault(provider);
        }
    }

    private async Task<int> SubmitAsync(string id)
    {
        var answer = await _rig.CallAsync(
            "SubmitOrder",
            Samples.Utf8(json => json["order"]!["id"] = id),
            change: request => request.Path = "/api/orders"
        );
        return answer.StatusCode;
    }

    // Some of what is due; while the bus is away its triggers get nothing, and a settlement may be lost.
    private async Task HandleAsync(int most)
    {
        for (var i = 0; i < most && _rig.Broker.Trouble is null && _rig.Broker.Due is [_, ..] due; i++)
        {
            var lost =
                _random.Next(10) == 0
                    ? new ServiceBusException("the lock is lost", ServiceBusFailureReason.MessageLockLost)
                    : null;
            await _rig.HandleAsync(due[_random.Next(due.Count)], lost);
        }
    }

    private async Task PassDaysAsync()
    {
        for (var hours = 0; hours < 48; hours += 2)
        {
            _rig.Time.Advance(TimeSpan.FromHours(2));
            await _rig.DrainAsync();
        }
    }
}
