using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Diagnostics;
using OrderFunctions.Endpoints;
using OrderFunctions.Operations;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Operations;

/// <summary>The overview's JSON, as openapi.json has it.</summary>
public sealed class OverviewTests : RigTest
{
    private static readonly string[] Figures = ["delivered", "skipped", "retried", "parked", "p50Ms", "p99Ms"];

    [Theory]
    [InlineData(Circuit.Closed, "closed")]
    [InlineData(Circuit.HalfOpen, "halfOpen")]
    [InlineData(Circuit.Open, "open")]
    public async Task A_circuit_has_the_word_of_the_contract(Circuit circuit, string word)
    {
        var duel = await DuelAsync();

        Assert.Equal(word, Json(duel with { Circuit = circuit }).GetProperty("circuit").GetString());
    }

    [Fact]
    public async Task A_minute_says_when_it_begins_and_the_last_hour_does_not()
    {
        await Rig.TellAsync("duel");

        var duel = Json(await DuelAsync());

        Assert.Equal(Figures, Names(duel.GetProperty("lastHour")));
        Assert.Equal(["at", .. Figures], Names(Assert.Single(duel.GetProperty("minutes").EnumerateArray())));
    }

    private async Task<ProviderOverview> DuelAsync()
    {
        var overview = await Rig.Services.GetRequiredService<Overview>().GetAsync(default);
        return overview.Providers.Single(provider => provider.Provider == "duel");
    }

    private static JsonElement Json(ProviderOverview provider) =>
        JsonSerializer.SerializeToElement(provider, EndpointJson.Default.ProviderOverview);

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(field => field.Name);
}
