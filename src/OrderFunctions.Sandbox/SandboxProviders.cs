using OrderFunctions.Sandbox.AvantLink;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Http;
using OrderFunctions.Sandbox.Katalys;
using OrderFunctions.Sandbox.Retrack;

namespace OrderFunctions.Sandbox;

/// <summary>The one place that names the providers.</summary>
public static class SandboxProviders
{
    /// <summary>New ones, which nobody has told of anything.</summary>
    public static IReadOnlyList<ProviderApi> Create(TimeProvider timeProvider) =>
        [new DuelApi(timeProvider), new AvantLinkApi(), new RetrackApi(timeProvider), new KatalysApi()];
}
