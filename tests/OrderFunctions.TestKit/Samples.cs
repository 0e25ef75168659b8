using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using OrderFunctions.Hosting;
using OrderFunctions.Json;
using OrderFunctions.Orders;

namespace OrderFunctions.TestKit;

/// <summary>Order events for tests: the README's sample, changed where a test needs it otherwise.</summary>
public static class Samples
{
    /// <summary>Of all that are registered.</summary>
    public static readonly string[] ProviderNames =
    [
        .. new ProviderSettings(new ConfigurationBuilder().Build()).Read().Select(provider => provider.Name),
    ];

    /// <summary>samples/paid.json, or another, changed.</summary>
    public static JsonObject Json(Action<JsonObject>? change = null, string name = "paid")
    {
        var path = Path.Combine(AppContext.BaseDirectory, "samples", $"{name}.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change?.Invoke(json);
        return json;
    }

    public static byte[] Utf8(Action<JsonObject>? change = null) => Encoding.UTF8.GetBytes(Json(change).ToJsonString());

    /// <summary>samples/paid.json as an event, changed; a change that makes it invalid fails the test.</summary>
    public static OrderEvent Event(Action<JsonObject>? change = null)
    {
        var errors = new ValidationErrors();
        return new OrderEventReader(ProviderNames).Read(Utf8(change), errors)
            ?? throw new ArgumentException($"The sample is not valid: {errors}", nameof(change));
    }
}
