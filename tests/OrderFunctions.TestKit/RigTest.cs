using Xunit;

namespace OrderFunctions.TestKit;

/// <summary>Tests that each have a rig of their own.</summary>
public abstract class RigTest : IAsyncLifetime
{
    protected Rig Rig { get; set; } = null!;

    public async Task InitializeAsync() => Rig = await Rig.StartAsync();

    public virtual async Task DisposeAsync() => await Rig.DisposeAsync();
}
