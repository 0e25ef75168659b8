using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Bus;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;
using OrderFunctions.Tests.Functions;
using static OrderFunctions.Tests.Hosting.InfrastructureTests;

namespace OrderFunctions.Tests.Costs;

/// <summary>
/// What each kind of event costs in Azure, to the operation. It is counted on one instance that told another order a moment
/// ago, and so has its secrets and knows who is paused. The table of docs/performance.md says the same.
/// </summary>
public sealed class CostTests
{
    private const string Other = "an order told a moment ago";

    private static readonly Kind[] Kinds =
    [
        new("told to four", new Cost(1, 4, 4, 4, 4, Reads: 4, Writes: 9, Executions: 5), rig => TellAsync(rig)),
        new(
            "told to three, the fourth excluded",
            new Cost(1, 4, 4, 4, 4, Reads: 4, Writes: 7, Executions: 5),
            rig => TellAsync(rig, For("avantlink", "retrack", "katalys"))
        ),
        new(
            "told to three, the fourth disabled",
            new Cost(1, 4, 4, 4, 4, Reads: 4, Writes: 7, Executions: 5),
            rig => TellAsync(rig)
        )
        {
            Settings = settings => settings["Providers:duel:Enabled"] = "false",
        },
        new(
            "`providers` names one",
            new Cost(1, 4, 4, 4, 4, Reads: 4, Writes: 5, Executions: 5),
            rig => TellAsync(rig, For("katalys"))
        ),
        new(
            "a refund that follows",
            new Cost(1, 4, 4, 4, 4, Reads: 4, Writes: 7, Executions: 5),
            rig => TellAsync(rig, Returned("refunded", total: 0))
        )
        {
            Before = rig => TellAsync(rig),
        },
        new(
            "a change that Retrack is asked about first",
            new Cost(1, 4, 4, 4, 4, Reads: 4, Writes: 5, Executions: 5),
            async rig =>
            {
                await TellAsync(rig, For("retrack") + Returned("partiallyRefunded", total: 62.50m));
                Assert.Equal(
                    ["POST", "GET", "POST"],
                    rig.Sandbox.Received("retrack").Select(call => call.Method).TakeLast(3)
                );
            }
        )
        {
            Before = rig => TellAsync(rig, For("retrack")),
        },
        new(
            "a retry that succeeds",
            new Cost(2, 4, 5, 6, 6, Reads: 6, Writes: 11, Executions: 7),
            async rig =>
            {
                await TellAsync(rig);
                rig.Time.Advance(TimeSpan.FromSeconds(30));
                await rig.DrainAsync();
            }
        )
        {
            Before = rig => FailAsync(rig, new Fault { Status = 500, Times = 3 }),
        },
        new(
            "rejected by one, and parked",
            new Cost(1, 4, 5, 5, 5, Reads: 4, Writes: 9, Executions: 6),
            rig => TellAsync(rig)
        )
        {
            Before = rig => FailAsync(rig, new Fault { Status = 400 }),
        },
        new("a click", new Cost(1, 0, 0, 1, 1, Executions: 2), ClickAsync),
        new(
            "from the ERP, told to four",
            new Cost(2, 4, 4, 5, 5, Reads: 4, Writes: 9, Executions: 5),
            rig =>
            {
                rig.Broker.Send(Entities.Inbound, new ServiceBusMessage(Samples.Utf8()) { MessageId = "erp-1" });
                return rig.DrainAsync();
            }
        ),
        new("the same sent again", new Cost(1, Executions: 1), rig => TellAsync(rig))
        {
            Before = rig => TellAsync(rig),
        },
        new(
            "100 in a batch, told to four",
            new Cost(100, 400, 400, 400, 400, Reads: 400, Writes: 805, Executions: 401),
            TellHundredAsync
        ),
        new(
            "told to four, ten seconds later",
            new Cost(1, 4, 4, 4, 4, Reads: 5, Writes: 9, Executions: 5),
            rig => TellAsync(rig)
        )
        {
            Before = rig => WaitAsync(rig, TimeSpan.FromSeconds(10)),
        },
        new(
            "told to four, five minutes later",
            new Cost(1, 4, 4, 4, 4, Reads: 5, Writes: 9, Secrets: 3, Executions: 5),
            rig => TellAsync(rig)
        )
        {
            Before = rig => WaitAsync(rig, TimeSpan.FromMinutes(5)),
        },
    ];

    public static TheoryData<string> Names => [.. Kinds.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_event_costs_what_it_may_and_not_one_operation_more(string name)
    {
        var kind = Kinds.Single(kind => kind.Name == name);
        await using var rig = await FunctionsRig.StartAsync(kind.Settings);
        await TellAsync(rig, json => json["order"]!["id"] = Other);
        await kind.Before(rig);
        var before = rig.Cost;

        await kind.Work(rig);

        var cost = rig.Cost - before;
        Assert.True(
            cost == kind.Budget,
            $"""
            What this costs has changed: {name}.
            {"", -24}{"budget", 8}{"counted", 8}
            {Compared(kind.Budget, cost)}
            Where that is meant, change the budget here and the row in docs/performance.md.
            {rig.Log}
            """
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_document_says_the_same(string name)
    {
        var budget = Kinds.Single(kind => kind.Name == name).Budget;
        var row = string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {budget.Operations:N0} | {budget.Credits:N0} | {budget.Reads:N0} + {budget.Writes:N0} | {budget.Executions:N0} |"
        );

        Assert.Contains(row, Text("docs/performance.md"), StringComparison.Ordinal);
    }

    private static string Compared(Cost budget, Cost counted)
    {
        (string What, Func<Cost, int> Of)[] columns =
        [
            ("sent", cost => cost.Sends),
            ("forwarded", cost => cost.Forwards),
            ("received", cost => cost.Receives),
            ("settled", cost => cost.Settlements),
            ("peeked", cost => cost.Peeks),
            ("cancelled", cost => cost.Cancels),
            ("Service Bus operations", cost => cost.Operations),
            ("filters", cost => cost.Filters),
            ("credits", cost => cost.Credits),
            ("table reads", cost => cost.Reads),
            ("table writes", cost => cost.Writes),
            ("Key Vault reads", cost => cost.Secrets),
            ("executions", cost => cost.Executions),
        ];
        return string.Join(
            '\n',
            columns.Select(column =>
                $"{column.What, -24}{column.Of(budget), 8}{column.Of(counted), 8}"
                + (column.Of(budget) == column.Of(counted) ? "" : "  <")
            )
        );
    }

    private static async Task TellAsync(FunctionsRig rig, Action<JsonObject>? change = null) =>
        await SubmitAsync(rig, "SubmitOrder", Samples.Utf8(change));

    private static async Task TellHundredAsync(FunctionsRig rig)
    {
        var orders = Enumerable
            .Range(0, 100)
            .Select(number => Samples.Json(json => json["order"]!["id"] = $"{number}"));
        await SubmitAsync(rig, "SubmitOrders", JsonBytes(new JsonArray([.. orders])));
    }

    private static Task ClickAsync(FunctionsRig rig)
    {
        var click = new JsonObject
        {
            ["visitorIds"] = new JsonArray("vis_3f2c1a97"),
            ["avantLinkToken"] = "77_f3afbe121",
            ["userAgent"] = "Mozilla/5.0",
            ["ipAddress"] = "203.0.113.45",
            ["pageUrl"] = "https://store.example.com/?avmi=1",
        };
        return SubmitAsync(rig, "SubmitClick", JsonBytes(click));
    }

    private static async Task SubmitAsync(FunctionsRig rig, string function, byte[] json)
    {
        var response = await rig.CallAsync(function, json);
        Assert.Equal(StatusCodes.Status202Accepted, response.StatusCode);
        await rig.DrainAsync();
    }

    private static Task FailAsync(FunctionsRig rig, Fault fault)
    {
        rig.Sandbox.InjectFault("katalys", fault);
        return Task.CompletedTask;
    }

    private static Task WaitAsync(FunctionsRig rig, TimeSpan time)
    {
        rig.Time.Advance(time);
        return Task.CompletedTask;
    }

    private static byte[] JsonBytes(JsonNode json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());

    private static Action<JsonObject> For(params string[] providers) =>
        json => json["providers"] = new JsonArray([.. providers.Select(name => JsonValue.Create(name))]);

    private static Action<JsonObject> Returned(string status, decimal total) =>
        json =>
        {
            json["occurredAt"] = "2025-11-23T09:30:00+01:00";
            json["order"]!["status"] = status;
            (json["order"]!["total"], json["order"]!["tax"]) = (total, total / 5);
        };

    private sealed record Kind(string Name, Cost Budget, Func<FunctionsRig, Task> Work)
    {
        public Action<Dictionary<string, string?>>? Settings { get; init; }

        public Func<FunctionsRig, Task> Before { get; init; } = _ => Task.CompletedTask;
    }
}
