using OrderFunctions.Ledger;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Retrack;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Core.Tests.Conformance;

public sealed class RetrackConformance : SecretConformance
{
    private static readonly Fault SavedWithoutUuid = new()
    {
        ServeFirst = true,
        Status = 200,
        Body = """{"data":{"uuid":"Bearer sandbox-retrack-token"}}""",
    };

    protected override string Name => "retrack";

    protected override string? Scheme => "Bearer";

    protected override IReadOnlyList<string> OwnSecrets => ["sandbox-retrack-token"];

    protected override TimeSpan[] RetryDelays => Schedules.Usual;

    protected override int AttemptsAtOnce => 3;

    protected override bool RetriesEveryRefusal => true;

    protected override string FirstCall => "POST api/v2/transactions";

    protected override IEnumerable<string> PathsOf(string id) =>
        [
            FirstCall,
            $"GET api/v2/transactions?byOrderNumber={id}",
            .. Rig.Sandbox.State.Provider<RetrackApi>().Transactions.Select(each => $"{FirstCall}/{each.Uuid}"),
        ];

    protected override bool HasOrder(string orderId) =>
        Rig.Sandbox.State.Provider<RetrackApi>().Transactions.Count(transaction => transaction.OrderNumber == orderId)
        == 1;

    protected override Action RotateSecret()
    {
        Rig.Sandbox.State.Set(RetrackApi.Token, "rotated");
        return () => Rig.SecretStore[RetrackProvider.Token] = "rotated";
    }

    [Fact]
    public async Task The_uuid_is_kept_and_an_update_goes_to_it()
    {
        var uuid = (await Rig.TellAsync(Name)).Reference;

        var entry = await Rig.TellAsync(Name, Later("partiallyRefunded", total: 62.50m, tax: 12.50m));

        Assert.Equal((DeliveryState.Delivered, uuid), (entry.State, entry.Reference));
        Assert.Equal(
            [
                "POST api/v2/transactions -> 200",
                "GET api/v2/transactions?byOrderNumber=1001 -> 200",
                $"POST api/v2/transactions/{uuid} -> 200",
            ],
            Rig.Calls(Name)
        );
        var transaction = Rig.Sandbox.State.Provider<RetrackApi>().Find("1001")!;
        Assert.Equal((5000, 1250), (transaction.OrderSum, transaction.VatSum));
    }

    [Theory]
    [InlineData("refunded")]
    [InlineData("cancelled")]
    public async Task An_order_that_came_to_nothing_is_rejected(string status)
    {
        await Rig.TellAsync(Name);

        await Rig.TellAsync(Name, Later(status, total: 0, tax: 0));

        Assert.Equal("rejected", Rig.Sandbox.State.Provider<RetrackApi>().Find("1001")!.Status);
        Assert.Equal("""{"status":"rejected"}""", Rig.Sandbox.State.Received(Name)[^1].Body?.GetRawText());
    }

    [Fact]
    public async Task An_approved_transaction_is_not_touched_and_a_person_is_told_why()
    {
        await Rig.TellAsync(Name);
        Rig.Sandbox.State.Provider<RetrackApi>().Approve("1001");

        var entry = await Rig.TellAsync(Name, Later("refunded", total: 0, tax: 0));

        Assert.Equal(DeliveryState.Parked, entry.State);
        Assert.Contains("has approved transaction", entry.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(Rig.Calls(Name).Skip(1), call => call.StartsWith("POST", StringComparison.Ordinal));
        Assert.Contains(
            "has approved transaction",
            Assert.Single(await Rig.ParkedAsync()).Description,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_create_whose_answer_was_lost_and_that_was_approved_since_is_finished()
    {
        Rig.Sandbox.State.InjectFault(Name, new Fault { ServeFirst = true, Drop = true });
        await Rig.TellAsync(Name);
        Rig.Sandbox.State.Provider<RetrackApi>().Approve("1001");
        Rig.Sandbox.State.ClearFault(Name);

        await Rig.AdvanceAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(Name)).State);
        Assert.Empty(await Rig.ParkedAsync());
    }

    [Fact]
    public async Task After_an_ambiguous_failure_the_order_is_looked_up_before_anything_is_sent()
    {
        Rig.Sandbox.State.InjectFault(
            Name,
            new Fault
            {
                ServeFirst = true,
                Status = 500,
                Times = 1,
            }
        );

        var entry = await Rig.TellAsync(Name);

        var uuid = Assert.Single(Rig.Sandbox.State.Provider<RetrackApi>().Transactions).Uuid;
        Assert.Equal(
            [
                "POST api/v2/transactions -> 500",
                "GET api/v2/transactions?byOrderNumber=1001 -> 200",
                $"POST api/v2/transactions/{uuid} -> 200",
            ],
            Rig.Calls(Name)
        );
        Assert.Equal((DeliveryState.Delivered, uuid.ToString()), (entry.State, entry.Reference));
        Assert.Equal([1, 2, 2], entry.Attempts.Select(attempt => attempt.Number));
    }

    // 200 says that it is saved: another create would make a second transaction. It is given time to be found.
    [Fact]
    public async Task A_create_answered_without_a_usable_uuid_is_looked_up_and_not_made_again()
    {
        Rig.Sandbox.State.InjectFault(Name, SavedWithoutUuid with { Times = 1 });

        await Rig.TellAsync(Name);
        Assert.Equal(["POST api/v2/transactions -> 200"], Rig.Calls(Name));
        await Rig.AdvanceAsync(RetryDelays[0]);

        var entry = await Rig.EntryAsync(Name);
        var uuid = Assert.Single(Rig.Sandbox.State.Provider<RetrackApi>().Transactions).Uuid;
        Assert.Equal((DeliveryState.Delivered, uuid.ToString()), (entry.State, entry.Reference));
        Assert.Equal(
            [
                "POST api/v2/transactions -> 200",
                "GET api/v2/transactions?byOrderNumber=1001 -> 200",
                $"POST api/v2/transactions/{uuid} -> 200",
            ],
            Rig.Calls(Name)
        );
    }

    [Fact]
    public async Task A_transaction_that_has_no_usable_uuid_at_all_is_parked_and_was_created_once()
    {
        Rig.Sandbox.State.InjectFault(Name, SavedWithoutUuid);

        await Rig.TellAsync(Name);
        foreach (var delay in RetryDelays)
        {
            await Rig.AdvanceAsync(delay);
        }

        var entry = await Rig.EntryAsync(Name);
        Assert.Equal((DeliveryState.Parked, null), (entry.State, entry.Reference));
        Assert.Contains("UUID", entry.Reason, StringComparison.Ordinal);
        Assert.Single(Rig.Calls(Name), call => call.StartsWith("POST", StringComparison.Ordinal));
        Assert.Single(Rig.Sandbox.State.Provider<RetrackApi>().Transactions);
    }

    [Fact]
    public async Task A_message_delivered_again_after_a_crash_is_looked_up_first()
    {
        await Rig.SubmitAsync(Name);
        var crashed = await Rig.Bus.ReceiveAsync("orders-retrack", default);
        await crashed.AbandonAsync(default);

        await Rig.DrainAsync();

        Assert.Equal(
            ["GET api/v2/transactions?byOrderNumber=1001 -> 404", "POST api/v2/transactions -> 200"],
            Rig.Calls(Name)
        );
    }

    [Fact]
    public async Task An_order_without_a_click_is_skipped()
    {
        var entry = await Rig.TellAsync(Name, json => json["attribution"]!.AsObject().Remove("retrackClick"));

        Assert.Equal(
            (DeliveryState.Skipped, "not attributable: there is no retrackClick"),
            (entry.State, entry.Reason)
        );
    }

    [Fact]
    public async Task An_update_needs_no_click_once_Retrack_knows_the_order()
    {
        await Rig.TellAsync(Name);

        var entry = await Rig.TellAsync(
            Name,
            json =>
            {
                Later("refunded", total: 0, tax: 0)(json);
                json.Remove("attribution");
            }
        );

        Assert.Equal(DeliveryState.Delivered, entry.State);
        Assert.Equal("rejected", Rig.Sandbox.State.Provider<RetrackApi>().Find("1001")!.Status);
    }

    [Fact]
    public async Task An_update_from_a_system_that_does_not_know_the_click_keeps_the_click()
    {
        await Rig.TellAsync(Name);

        var entry = await Rig.TellAsync(
            Name,
            json =>
            {
                Later("partiallyRefunded", total: 62.50m, tax: 12.50m)(json);
                json.Remove("attribution");
            }
        );

        Assert.Equal(DeliveryState.Delivered, entry.State);
        var transaction = Rig.Sandbox.State.Provider<RetrackApi>().Find("1001")!;
        Assert.Equal(
            (5000, Guid.Parse("59d08c54-18e6-4e0d-9c06-d18be3510e43")),
            (transaction.OrderSum, transaction.Click)
        );
    }

    [Fact]
    public async Task Nothing_of_a_successful_answer_is_kept_but_the_uuid()
    {
        var entry = await Rig.TellAsync(Name);

        var kept = string.Join(
            '\n',
            [entry.Reason, .. entry.Attempts.Select(attempt => attempt.Detail), Rig.Log.ToString()]
        );
        Assert.DoesNotContain("203.0.113.7", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("Mozilla", kept, StringComparison.Ordinal);
    }
}
