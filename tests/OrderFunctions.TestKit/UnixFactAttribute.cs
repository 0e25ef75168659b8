using Xunit;

namespace OrderFunctions.TestKit;

/// <summary>A test that sends signals to processes, or moves and deletes files that are open.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() =>
        Skip = OperatingSystem.IsWindows() ? "Windows has no signals, and keeps open files where they are." : null;
}

/// <summary>A test that looks at a process as only Linux shows it.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Only Linux has /proc.";
}
