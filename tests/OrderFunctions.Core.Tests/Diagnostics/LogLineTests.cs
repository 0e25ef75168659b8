using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Diagnostics;
using OrderFunctions.Json;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Strings;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Diagnostics;

/// <summary>Log lines that stay short, whatever the ids are.</summary>
public sealed class LogLineTests : RigTest
{
    private const int Most = 300;
    private const int MostOfAnId = 128;

    // Different in the middle alone, where they are cut, and in characters that take two units.
    private static readonly string OrderId = $"order-{string.Concat(Enumerable.Repeat("🧦", 55))}-12345678-x";
    private static readonly string EventId = new('e', MostOfAnId);

    private int _told;

    [Fact]
    public async Task No_line_of_an_order_s_life_is_longer_than_300_characters_with_the_longest_ids()
    {
        Assert.Equal(MostOfAnId - 1, OrderId.Length);
        // Told, skipped, retried, parked, refused, the secret gone, a webhook of a click, the circuit open.
        await TellAllAsync();
        await TellAllAsync(json => json["occurredAt"] = "2025-11-21T13:00:00Z");
        foreach (
            var fault in new[]
            {
                new Fault { Status = 503 },
                new Fault { Drop = true },
                new Fault { Status = 401, Body = new string('w', 5000) },
                new Fault { Status = 400, Body = new string('w', 5000) },
            }
        )
        {
            foreach (var provider in Samples.ProviderNames)
            {
                Rig.Sandbox.State.InjectFault(provider, fault);
            }

            // So many in a moment open a circuit.
            for (var turn = 0; turn < 8; turn++)
            {
                await TellAllAsync(json => json["occurredAt"] = Rig.Time.GetUtcNow().AddMilliseconds(_told));
            }

            await Rig.AdvanceAsync(TimeSpan.FromMinutes(10));
        }

        Rig.SecretStore.Failure = new CredentialUnavailableException(new string('s', 400)) { IsOutage = true };
        await TellAllAsync(json => json["occurredAt"] = Rig.Time.GetUtcNow());
        await Rig.AdvanceAsync(TimeSpan.FromHours(5));
        var errors = new ValidationErrors();
        await Rig.Clicks.SubmitAsync("""{"avantLinkToken":"77_f"}"""u8.ToArray(), null, errors, default);
        await Rig.SendInboundAsync("""{"order":{}}""");
        await Rig.AdvanceAsync(TimeSpan.FromDays(2));
        await Rig.Bus.ReplayAsync(new ParkedFilter(), 100, default);
        await Rig.DrainAsync();

        var lines = Rig
            .Log.Lines.Where(line => line.Split(' ')[0] is not ("Trace" or "Debug"))
            .Select(Message)
            .ToList();
        var events = lines.Select(line => line.Split(' ')[0]).Distinct();
        Assert.All(
            [
                "delivery.attempt",
                "delivery.ended",
                "delivery.parked",
                "credential.rejected",
                "circuit.opened",
                "secret.unavailable",
            ],
            name => Assert.Contains(name, events)
        );
        Assert.All(lines, line => Assert.True(line.Length <= Most, $"{line.Length} characters: {line}"));
    }

    [Theory]
    [InlineData("1001", 16, "1001")]
    [InlineData("1234567890123456", 16, "1234567890123456")]
    [InlineData("12345678901234567", 16, "1234567890…34567")]
    public void An_id_that_is_too_long_is_found_by_its_beginning_and_by_its_end(string id, int most, string line) =>
        Assert.Equal(line, id.ShortenId(most));

    [Fact]
    public void An_id_is_not_cut_within_a_character()
    {
        for (var most = 6; most < 60; most++)
        {
            var cut = OrderId.ShortenId(most);
            Assert.True(cut.Length <= most);
            Assert.DoesNotContain(
                '\uFFFD',
                System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(cut))
            );
        }
    }

    private async Task TellAllAsync(Action<System.Text.Json.Nodes.JsonObject>? change = null)
    {
        await Rig.SubmitAsync(change: json =>
        {
            json["eventId"] = string.Concat(EventId.AsSpan(8), Guid.NewGuid().ToString("N").AsSpan(0, 8));
            json["order"]!["id"] = OrderId;
            // What says nothing new is not told.
            json["order"]!["total"] = 125 + _told++;
            change?.Invoke(json);
        });
        await Rig.DrainAsync();
    }

    // "Level Category: message exception"
    private static string Message(string line)
    {
        var message = line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        var exception = message.IndexOf(" OrderFunctions.", StringComparison.Ordinal);
        return exception < 0 ? message : message[..exception];
    }
}
