using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrderFunctions.Bus;
using OrderFunctions.Sandbox.Control;
using OrderFunctions.Sandbox.Faults;
using Xunit;

namespace OrderFunctions.TestKit.Conformance;

/// <summary>What holds for the words of every provider, however it repeats what it was told: nothing of it is kept or logged.</summary>
public abstract partial class RedactionConformance : RigTest
{
    // Each may be told apart from all else that is written about an order.
    private static readonly Dictionary<string, string> Personal = new()
    {
        ["order.customer.id"] = "kund-Nöttling-77",
        ["order.customer.email"] = "zoe.quillfeather+shop@wombatmail.example",
        ["order.shippingAddress.city"] = "Nöttingsåker",
        ["order.shippingAddress.region"] = "Sankt Örjansskog",
        ["order.shippingAddress.state"] = "UT",
        ["order.shippingAddress.postalCode"] = "84 101",
        ["order.shippingAddress.country"] = "Ruritånien",
        ["attribution.avantLinkToken"] = "77_zzqtokenåvad",
        ["attribution.retrackClick"] = "7c1d5e3a-9b0f-4c2e-8a6d-1f2e3d4c5b6a",
        ["attribution.affiliate"] = "bjørn.snøfall",
        ["attribution.userAgent"] = "Quokkabrowser/5.0 (Wallabyphone; é)",
        ["attribution.ipAddress"] = "203.0.113.45",
        ["attribution.pageUrl"] = "https://store.example.com/tack?namn=Hummelgren&o=1",
        ["attribution.referrerUrl"] = "https://blog.example.org/numbatpost",
        ["attribution.googleClickId"] = "zzGclidQuollpart",
        ["attribution.customTrackingCode"] = "dingocode-é",
        ["attribution.userIds"] = "besökare-galah-4711",
        ["attribution.visitorIds"] = "vis-kookaburra-77",
    };

    protected abstract string Name { get; }

    /// <summary>The secrets that its calls carry.</summary>
    protected virtual IReadOnlyList<string> OwnSecrets => [];

    /// <summary>The first waits of its retry schedule.</summary>
    protected abstract TimeSpan[] RetryDelays { get; }

    protected SandboxState Sandbox => Rig.Sandbox.State;

    // The secrets first: the first transaction of an answer is the one that counts.
    private string[] Hidden => [.. OwnSecrets, .. Personal.Values];

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    [InlineData(422)]
    public async Task Nothing_that_a_provider_was_told_is_kept_or_logged_however_it_spells_it(int status)
    {
        var leaks = new List<string>();
        foreach (var (representation, spell) in Representations.All)
        {
            var words = Hidden.Select(spell).ToList();
            foreach (var body in new[] { AsJson(words), $"total is odd: '{string.Join("', '", words)}'" })
            {
                var kept = await KeptAsync(
                    new Fault { Status = status, Body = body },
                    $"{representation}, {body[..1]}"
                );
                leaks.AddRange(
                    words.Concat(Parts).Where(word => IsIn(kept, word)).Select(word => $"'{word}' in: {kept}")
                );
                Assert.True(
                    status == 200 || kept.Contains("total is odd", StringComparison.Ordinal),
                    $"{representation}: the provider's own words are gone, and left is: {kept}"
                );
            }
        }

        Assert.True(leaks.Count == 0, string.Join('\n', leaks.Take(10)));
    }

    [Theory]
    [InlineData("iso-8859-1")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task Nor_is_it_in_another_charset_which_is_read_all_the_same(string charset)
    {
        var headers = new Dictionary<string, string> { ["Content-Type"] = $"text/plain; charset={charset}" };
        var body = $"total is odd, på alla sätt: {string.Join(' ', Hidden)}";

        var kept = await KeptAsync(
            new Fault
            {
                Status = 422,
                Body = body,
                Headers = headers,
            }
        );

        Assert.Empty(Hidden.Concat(Parts).Where(word => IsIn(kept, word)));
        Assert.Contains("total is odd, på alla sätt", kept, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"message":"half of \ud83d","data":{"uuid":"\ud800","order_number":"\udfff","status":{"name":"\ud800"}}}"""
    )]
    [InlineData("""{"\ud800":"\ud800","data":{"\udc00":1}}""")]
    [InlineData("""{"success":"\ud800","data":["\ud800"]}""")]
    [InlineData("""{"data":{"uuid":1e400,"order_number":1e-999}}""")]
    [InlineData("""{"data":{"uuid":"3afc4a82""")]
    [InlineData("\0\u0001\u001b[31m\u009b\uFFFE\uE000")]
    public Task An_answer_that_can_not_be_read_is_no_crash_and_what_is_kept_of_it_can_be(string body) =>
        AssertReadableAsync(body);

    [Theory]
    [InlineData("[")]
    [InlineData("{\"data\":")]
    [InlineData("&amp;")]
    public Task Nor_is_one_that_goes_down_and_down(string piece) =>
        AssertReadableAsync(string.Concat(Enumerable.Repeat(piece, 20_000)));

    private async Task AssertReadableAsync(string body)
    {
        foreach (var status in new[] { 200, 400, 401, 500 })
        {
            var kept = await KeptAsync(new Fault { Status = status, Body = body }, $"o-{status}");

            Assert.DoesNotContain(kept, character => char.IsControl(character) && character != '\n');
            Assert.DoesNotContain(kept, char.IsSurrogate);
        }

        Assert.DoesNotContain(Rig.Log.Lines, line => line.Contains("delivery.failed", StringComparison.Ordinal));
    }

    /// <summary>What is on record about an order, and in the log, after the provider answered so.</summary>
    private async Task<string> KeptAsync(Fault fault, string orderId = "1001")
    {
        Sandbox.InjectFault(Name, fault);
        var before = Rig.Log.Lines.Count;
        var entry = await Rig.TellAsync(
            Name,
            json =>
            {
                foreach (var (path, value) in Personal)
                {
                    Set(json, path.Split('.'), value);
                }

                json["order"]!["id"] = orderId;
            }
        );
        var parked = await Rig.Bus.ListParkedAsync(new ParkedFilter(Name, orderId), 10, null, default);
        Assert.True(entry.Reference is null || Guid.TryParseExact(entry.Reference, "D", out _), entry.Reference);
        return string.Join(
            '\n',
            [
                .. parked.Items.Select(item => item.Description),
                entry.Reason,
                .. entry.Attempts.Select(attempt => attempt.Detail),
                .. Rig.Log.Lines.Skip(before),
            ]
        );
    }

    // As a provider answers that repeats a value wherever its documents have a field.
    private static string AsJson(IEnumerable<string> words) =>
        JsonSerializer.Serialize(
            new
            {
                message = "total is odd",
                data = words.Select(word => new
                {
                    uuid = word,
                    order_number = word,
                    status = new { name = word },
                    click = new { uuid = word },
                }),
            }
        );

    private static void Set(JsonObject json, string[] path, string value)
    {
        var parent = path[..^1].Aggregate((JsonNode)json, (node, name) => node[name]!);
        parent[path[^1]] = path[^1].EndsWith("Ids", StringComparison.Ordinal) ? new JsonArray(value) : value;
    }

    // What none but this customer's order has, in any of the values.
    private static IEnumerable<string> Parts =>
        Personal.Values.SelectMany(value => Letters().Matches(value)).Select(match => match.Value).Except(["example"]);

    private static bool IsIn(string text, string word) =>
        word.Length < 4
            ? Regex.IsMatch(text, $"(?<![A-Za-z0-9]){Regex.Escape(word)}(?![A-Za-z0-9])")
            : text.Contains(word, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("[A-Za-z]{6,}")]
    private static partial Regex Letters();
}
