using System.Text.Json.Nodes;

namespace OrderFunctions.Orders;

/// <summary>
/// What an event is called must not change with the software: a shop that sends its month again would tell everybody
/// twice. The ids were recorded before fees, billing addresses, exact line totals and unknown attribution were added.
/// </summary>
public sealed class EventIdStabilityTests
{
    public static TheoryData<string, string> Recorded =>
        new()
        {
            { "paid.json", "bcf739b9cd48693cf6618a438035acf3bfd25780372ea4ea805ad91c7857a95d" },
            { "refunded.json", "1bd0b4796fb17d4c1c4b690093dcae5afbadbbe02b6f75d242ae66e3711a57cc" },
        };

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_sample_keeps_its_id(string file, string id) =>
        Assert.Equal(id, Events.Accepted(File.ReadAllText(PathOf(file))).EventId);

    [Fact]
    public void The_samples_of_the_import_keep_their_ids() =>
        Assert.Equal(
            [
                "42c154725343c9005cd97bfe7800670cc7fee401e2e7f1fcb61ca55ae8a37fbd",
                "4bc57897f1accaf4249dcc8224dad84a3604159de616ff226ec3f76283aa4117",
                "33ae964ac0934e4597bfd26877e3b58954cb646e32227a51837046536bef2da0",
                "1024d418ebc2e14bded1cb114d9dac3b7415a02a82fcbee6b6bb32e9844675b5",
                "dc2d0e5414a9b7cdf7b7d54dda19eb0493d6fd209f29f85ddc7ffceedc389b72",
                "1341377dc3a3638d03010a7e564c52bd60346a4fa9c1cb955dc46979f8c712ba",
            ],
            File.ReadAllLines(PathOf("orders.ndjson")).Select(line => Events.Accepted(line).EventId)
        );

    // Left out, null and empty were one before; their id must stay the one that it was.
    [Theory]
    [InlineData(null, "6908da687ec44c88488683c0cd020ff71006d43efe87805bf2e858da8430b2b0")]
    [InlineData("null", "6908da687ec44c88488683c0cd020ff71006d43efe87805bf2e858da8430b2b0")]
    [InlineData("{}", "6908da687ec44c88488683c0cd020ff71006d43efe87805bf2e858da8430b2b0")]
    [InlineData(
        """{"userIds":[],"visitorIds":[],"userAgent":""}""",
        "6908da687ec44c88488683c0cd020ff71006d43efe87805bf2e858da8430b2b0"
    )]
    [InlineData("""{"userAgent":"Mozilla/5.0"}""", "3eafdc4207e16fc9df40c794ebfa1d2f30637e1b6c9675e6e61d02db5c1fb7fe")]
    public void An_event_keeps_its_id_whatever_its_attribution(string? attribution, string id)
    {
        var json = Events.Minimal();
        if (attribution is not null)
        {
            json["attribution"] = JsonNode.Parse(attribution);
        }

        Assert.Equal(id, Events.Accepted(json).EventId);
    }

    [Theory]
    [InlineData(
        """{"status":"refunded","total":0,"tax":0}""",
        "f61e922cd7f3c219abe0cd3e6fe47667828ad1630ae7fadce83e263be7728e20"
    )]
    [InlineData(
        """{"status":"cancelled","lines":[{"sku":"a","quantity":2,"unitPrice":50.00,"unitTax":12.5},{"sku":"b","quantity":1,"unitPrice":"0"}]}""",
        "549700abd491f667a5632db35bb7e8031c69b8bfc374e879657c194dc1b9b7d4"
    )]
    [InlineData(
        """{"status":"pending","discounts":[{"code":"A","amount":"1.50"}],"shippingAddress":{"country":"SE"}}""",
        "bee12d41014ed7ff9672fa31a1675c2d796d13f0a0615c6b68ae95d5a6be28f3"
    )]
    public void An_event_keeps_its_id_whatever_its_order(string changes, string id)
    {
        var json = Events.Minimal(order =>
        {
            foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject())
            {
                order[name] = value?.DeepClone();
            }
        });

        Assert.Equal(id, Events.Accepted(json).EventId);
    }

    [Fact]
    public void What_the_sender_does_not_know_stays_unknown_on_the_bus()
    {
        var known = Events.Minimal();
        known["attribution"] = new JsonObject();

        Assert.Null(Events.Accepted(CanonicalJson.Write(Events.Accepted(Events.Minimal()))).Attribution);
        Assert.NotNull(Events.Accepted(CanonicalJson.Write(Events.Accepted(known))).Attribution);
    }

    private static string PathOf(string sample) => Path.Combine(AppContext.BaseDirectory, "samples", sample);
}
