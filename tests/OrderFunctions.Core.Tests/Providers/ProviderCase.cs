using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrderFunctions.Providers;

namespace OrderFunctions.Core.Tests.Providers;

/// <summary>What the provider tests have in common: changing the sample and reading a step.</summary>
internal static partial class ProviderCase
{
    /// <summary>Of an order that came to us before, and of which nothing was sent.</summary>
    public static readonly PriorState NeverTold = PriorState.Nothing with { IsKnownOrder = true };

    /// <summary>Of an order whose event may still wait for another.</summary>
    public static readonly PriorState MayWait = PriorState.Nothing with
    {
        WaitUntil = new DateTimeOffset(2025, 11, 21, 14, 33, 7, TimeSpan.FromHours(1)),
    };

    public static readonly PriorState ToldBefore = PriorState.Nothing with { Delivered = true };

    public static JsonObject Order(this JsonObject json) => json["order"]!.AsObject();

    public static JsonObject Attribution(this JsonObject json) => json["attribution"]!.AsObject();

    public static JsonObject Customer(this JsonObject json) => json.Order()["customer"]!.AsObject();

    /// <summary>JSON as an amount is written: 100.00 keeps its zeros.</summary>
    public static JsonNode? Parsed(string json) => JsonNode.Parse(json);

    public static ProviderRequest Sent(Step step) => Assert.IsType<Step.Send>(step).Request;

    public static string? NoteOf(Step step) => Assert.IsType<Step.Send>(step).Note;

    public static Outcome.Rejected Rejected(Step step) => Assert.IsType<Outcome.Rejected>(step);

    /// <summary>An event that waits for what another may bring.</summary>
    public static Outcome.Retry Waiting(Step step)
    {
        var wait = Assert.IsType<Outcome.Retry>(step);
        Assert.True(wait.IsIncomplete && wait.When is RetryTiming.FreeUntil, $"{wait}");
        return wait;
    }

    public static Outcome.Skipped Skipped(Step step) => Assert.IsType<Outcome.Skipped>(step);

    /// <summary>A field of the body as it is written there, or null where it is left out; / goes into objects and lists.</summary>
    public static string? Field(this ProviderRequest request, string path)
    {
        using var document = JsonDocument.Parse(request.BodyText);
        var element = document.RootElement;
        foreach (var part in path.Split('/'))
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                element = element[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)];
            }
            else if (!element.TryGetProperty(part, out element))
            {
                return null;
            }
        }

        return Regex.Unescape(element.GetRawText());
    }

    /// <summary>The names of the body's fields, in its order.</summary>
    public static string[] Fields(this ProviderRequest request)
    {
        using var document = JsonDocument.Parse(request.BodyText);
        return [.. document.RootElement.EnumerateObject().Select(field => field.Name)];
    }

    /// <summary>Compares the body with the expected JSON as text, so that 100.00 is not 100; blanks don't count.</summary>
    public static void AssertBody(string expected, ProviderRequest request) =>
        Assert.Equal(Blanks().Replace(expected, "$1"), request.BodyText);

    [GeneratedRegex("""("(?:[^"\\]|\\.)*")|\s+""")]
    private static partial Regex Blanks();
}
