using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Endpoints.Operators;
using OrderFunctions.Hosting;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Budgets;

/// <summary>
/// What is allocated for one of each, in bytes: with a bus, a ledger and providers that answer at once all of it happens on
/// the test's own thread, which counts it exactly. A budget is what it takes now and a twentieth more; whoever needs more
/// raises it, and says why.
/// </summary>
public sealed class AllocationTests : IDisposable
{
    private const int WarmUp = 200;
    private const int Measured = 200;

    private readonly ManualTime _time = new();
    private readonly InMemoryBus _bus;
    private readonly InMemoryLedger _ledger = new();
    private readonly IReadOnlyList<Provider> _providers = [.. Providers()];
    private readonly AtOnce _answers = new();
    private readonly List<ProviderChannel> _channels = [];

    public AllocationTests() => _bus = new InMemoryBus(_time);

    public void Dispose()
    {
        _channels.ForEach(channel => channel.Dispose());
        _answers.Dispose();
    }

    [Fact]
    public void Accepting_an_order_event()
    {
        var catalog = new ProviderCatalog(_providers);
        var intake = new OrderIntake(
            new OrderEventReader(catalog.Names),
            catalog,
            _bus,
            new IntakeOptions(),
            Rig.OutageLog(_time),
            _time
        );
        var bodies = Bodies();

        AssertAtMost(
            Budget.Intake,
            i =>
            {
                var errors = new ValidationErrors();
                var submitted = intake.SubmitAsync(bodies[i], errors, default);
                Assert.True(submitted.IsCompletedSuccessfully && !errors.Any, $"{errors}");
            }
        );
    }

    [Theory]
    [InlineData("duel", Budget.Duel)]
    [InlineData("avantlink", Budget.AvantLink)]
    [InlineData("retrack", Budget.Retrack)]
    [InlineData("katalys", Budget.Katalys)]
    public async Task Telling_a_provider_of_an_order(string name, int budget)
    {
        var channel = ChannelOf(name);
        var deliverer = NewDeliverer();
        var bodies = Bodies();
        // Fetches the provider's secret, which the others have from it.
        await deliverer.DeliverAsync(channel, Received("first", Samples.Utf8(), name), default);

        AssertAtMost(
            budget,
            i =>
            {
                var delivered = deliverer.DeliverAsync(channel, Received($"{i}", bodies[i], name), default);
                Assert.True(delivered.IsCompletedSuccessfully, $"{delivered.Status}");
                Assert.Null(delivered.Result);
                // So that no limit makes a call wait.
                _time.Advance(TimeSpan.FromSeconds(0.5));
            }
        );
    }

    [Fact]
    public async Task Listing_a_parked_delivery()
    {
        const int Parked = 100;
        await using var rig = await Rig.StartAsync();
        for (var i = 0; i < Parked; i++)
        {
            await ParkAsync(rig.Bus, $"{i}");
        }

        var endpoints = rig.Services.GetRequiredService<ParkedEndpoints>();

        AssertAtMost(
            Budget.ParkedListing * Parked,
            _ =>
            {
                var context = new DefaultHttpContext { RequestServices = rig.Services };
                context.Response.Body = Stream.Null;
                var listed = endpoints.ListAsync(context.Request, default);
                Assert.True(listed.IsCompletedSuccessfully, $"{listed.Status}");
                Assert.True(listed.Result.ExecuteAsync(context).IsCompletedSuccessfully);
            }
        );
    }

    // Of the tests' build: a release allocates a little less.
    private static class Budget
    {
        public const int Intake = 20_300;
        public const int Duel = 37_000;
        public const int AvantLink = 54_300;
        public const int Retrack = 39_300;
        public const int Katalys = 47_500;
        public const int ParkedListing = 130;
    }

    private static void AssertAtMost(int budget, Action<int> once)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            once(i);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = WarmUp; i < WarmUp + Measured; i++)
        {
            once(i);
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Measured;
        Assert.True(
            bytes <= budget,
            $"{bytes} bytes are allocated each time; the budget is {budget}. See where by: dotnet run -c Release --project tests/OrderFunctions.Benchmarks -- load --profile"
        );
    }

    private static byte[][] Bodies() =>
        [.. Enumerable.Range(0, WarmUp + Measured).Select(i => Samples.Utf8(json => json["order"]!["id"] = $"{i}"))];

    private static ReceivedMessage Received(string orderId, byte[] body, string provider) =>
        new(new BusMessage(orderId, body) { OrderId = orderId, Provider = provider }, Entities.QueueOf(provider), 1);

    private Deliverer NewDeliverer()
    {
        var secrets = new SecretCache(new Secrets(), _time, NullLogger<SecretCache>.Instance);
        var reader = new OrderEventReader(Samples.ProviderNames);
        return new Deliverer(reader, _ledger, secrets, new LedgerOptions(), Rig.DeliveryLog(_time), _time, Rig.Longest);
    }

    private ProviderChannel ChannelOf(string name)
    {
        var provider = _providers.Single(provider => provider.Name == name);
        var channel = new ProviderChannel(provider, new InMemoryState(), Rig.SendingLog(_time), _time, _answers);
        _channels.Add(channel);
        return channel;
    }

    private static async Task ParkAsync(InMemoryBus bus, string id)
    {
        var message = new BusMessage(id, Samples.Utf8()) { OrderId = id, Provider = "katalys" };
        await bus.ScheduleAsync(Entities.Retry, message, DateTimeOffset.UnixEpoch, default);
        var received = await bus.ReceiveAsync(Entities.Retry, default);
        await received.DeadLetterAsync(new DeadLetter(DeadLetterReasons.Rejected, "answered 400", null, 0, 1), default);
    }

    private static IEnumerable<Provider> Providers()
    {
        var settings = SandboxSettings.Providers(name => new Uri($"https://{name}.example"));
        return new ProviderSettings(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).Read();
    }

    /// <summary>Answers as the providers' documents say, without anything to wait for.</summary>
    private sealed class AtOnce : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var body = request.RequestUri!.Host.StartsWith("retrack", StringComparison.Ordinal)
                ? "{\"data\":{\"uuid\":\"b3bba4b1-59f6-4b0c-8e06-9d4f6f6a1f27\"}}"
                : "{\"success\":true}";
            var answer = new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body))
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                },
            };
            return Task.FromResult(answer);
        }
    }
}
