using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Tests.Functions;

/// <summary>docs/privacy.md as a test, in the Functions app: what is secret or personal is in no answer and in no log line.</summary>
public sealed class MarkedValuesTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Personal = new()
    {
        ["order.customer.id"] = "mkcustomerqazw",
        ["order.customer.email"] = "mkmail.zyxq@wombat.example",
        ["order.shippingAddress.city"] = "Mkcityedcr",
        ["order.shippingAddress.postalCode"] = "mkpostalrfvt",
        ["attribution.affiliate"] = "mkaffiliatetgby",
        ["attribution.userAgent"] = "Mkagentyhnu/1.0",
        ["attribution.ipAddress"] = "203.0.113.77",
        ["attribution.avantLinkToken"] = "mktokenolpz",
        ["attribution.customTrackingCode"] = "mkcodebgty",
    };

    private FunctionsRig _rig = null!;

    public async Task InitializeAsync() => _rig = await FunctionsRig.StartAsync();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(422)]
    [InlineData(500)]
    public async Task What_is_secret_or_personal_stands_in_no_answer_and_no_log_line(int status)
    {
        // As a provider answers that repeats what it was sent, its headers too.
        var secrets = SandboxSettings.Secrets;
        var (user, password) = (secrets["duel-basic-username"], secrets["duel-basic-password"]);
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        foreach (var provider in Samples.ProviderNames)
        {
            var headers = provider switch
            {
                "duel" => $"Authorization: Basic {basic} ({user}, {password})",
                "retrack" => $"Authorization: Bearer {secrets["retrack-bearer-token"]}",
                _ => "",
            };
            var echo = $"{headers}\n{Order("echo-1").ToJsonString()}";
            _rig.Sandbox.InjectFault(provider, new Fault { Status = status, Body = echo });
        }

        var wrong = Order("wrong-1");
        wrong["order"]!["total"] = Personal["order.customer.email"];
        wrong["order"]!["lines"] = Personal["order.shippingAddress.postalCode"];
        wrong["occurredAt"] = Personal["attribution.userAgent"];
        var said = new StringBuilder();
        await SayAsync(said, "SubmitOrder", Order("o-1"));
        await SayAsync(said, "SubmitOrder", wrong);
        await SayAsync(said, "SubmitOrders", new JsonArray(Order("o-2"), wrong.DeepClone()));
        await _rig.DrainAsync();
        _rig.Time.Advance(TimeSpan.FromMinutes(10));
        await _rig.DrainAsync();
        await SayAsync(said, "GetOrder", orderId: "o-1");
        Assert.Contains($"answered {status}", said.ToString(), StringComparison.Ordinal);
        foreach (var function in new[] { "ListParked", "SummarizeParked", "GetOverview", "Ready", "ListReturns" })
        {
            await SayAsync(said, function);
        }

        said.AppendLine($"{_rig.Log}");

        var folded = said.ToString().ToLowerInvariant();
        var leaks =
            from mark in secrets.Values.Concat(Personal.Values).Append(FunctionsRig.WebhookSecret).Append(basic)
            from representation in Representations.All
            where folded.Contains(representation.Value(mark).ToLowerInvariant(), StringComparison.Ordinal)
            select $"{mark}, {representation.Key}";
        Assert.True(!leaks.Any(), $"{string.Join("; ", leaks)}\n{said}");
    }

    private async Task SayAsync(StringBuilder said, string function, JsonNode? body = null, string? orderId = null)
    {
        var answer = await _rig.CallAsync(
            function,
            body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString()),
            orderId
        );
        said.AppendLine($"{function} {answer.StatusCode}")
            .AppendJoin('\n', answer.Headers.Select(header => $"{header.Key}: {header.Value}"))
            .AppendLine(await new StreamReader(answer.Body).ReadToEndAsync());
    }

    private static JsonObject Order(string id) =>
        Samples.Json(json =>
        {
            foreach (var (path, value) in Personal)
            {
                var names = path.Split('.');
                names[..^1].Aggregate((JsonNode)json, (node, name) => node[name]!)[names[^1]] = value;
            }

            json["order"]!["id"] = id;
        });
}
