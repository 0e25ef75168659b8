using System.Text.Json.Nodes;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Providers.Retrack;

/// <summary>A Retrack provider as the document's example has it; its click is the sample's.</summary>
internal static class RetrackCase
{
    public const string EventId = "1f80e399-6f55-4cef-b8b0-0f74752c1ceb";
    public const string Click = "59d08c54-18e6-4e0d-9c06-d18be3510e43";
    public const string Uuid = "3afc4a82-93c3-423f-8ee8-542ccb315931";

    public static readonly RetrackOptions Options = new() { EventId = Guid.Parse(EventId) };

    public static readonly RetrackProvider TheProvider = new(Options);

    public static Step Next(PriorState known, Action<JsonObject>? change = null) =>
        TheProvider.Next(Samples.Event(change), known);

    public static Step Next(PriorState known, string status) => Next(known, json => json.Order()["status"] = status);

    /// <summary>What is known after a look-up that found the transaction in this state.</summary>
    public static PriorState Found(string? status) =>
        new(Delivered: true, Uuid, MayHaveArrived: false, new LookedUp(Uuid, status));

    public static readonly PriorState FoundNothing = new(
        Delivered: false,
        Reference: null,
        MayHaveArrived: false,
        new LookedUp(null, null)
    );
}
