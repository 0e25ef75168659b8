namespace OrderFunctions.Local.Tests;

/// <summary>A test that sends signals to processes.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no signals." : null;
}
