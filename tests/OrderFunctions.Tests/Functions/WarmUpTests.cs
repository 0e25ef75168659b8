using OrderFunctions.TestKit;
using OrderFunctions.Tests.Costs;

namespace OrderFunctions.Tests.Functions;

public sealed class WarmUpTests : IAsyncLifetime
{
    private FunctionsRig _rig = null!;

    public async Task InitializeAsync() => _rig = await FunctionsRig.StartAsync();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public void It_goes_as_far_as_each_provider_s_request_and_leaves_no_trace()
    {
        var lines = _rig.Log.Lines.Count;

        _rig.WarmUp.Run();
        var preview = _rig.WarmUp.Preview;

        Assert.Equal(Samples.ProviderNames, preview.Providers.Select(provider => provider.Provider));
        Assert.All(preview.Providers, provider => Assert.NotNull(provider.Request));
        Assert.Equal(new Cost(), _rig.Cost);
        Assert.Empty(_rig.Sandbox.Received());
        Assert.Equal(lines, _rig.Log.Lines.Count);
    }

    [Fact]
    public async Task Who_asks_whether_it_is_ready_waits_until_it_is_warm()
    {
        Assert.False(_rig.WarmUp.IsDone);

        var ready = await _rig.CallAsync("Ready");

        Assert.Equal((200, true), (ready.StatusCode, _rig.WarmUp.IsDone));
    }
}
