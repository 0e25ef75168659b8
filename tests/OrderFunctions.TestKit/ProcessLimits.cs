using System.Diagnostics;
using System.Globalization;

namespace OrderFunctions.TestKit;

/// <summary>Takes something from a process that runs, and gives it back: by prlimit of util-linux, so on Linux alone.</summary>
public static class ProcessLimits
{
    /// <summary>
    /// No file of its grows meanwhile: each write fails as on a full disk. It must ignore SIGXFSZ, which would end it.
    /// </summary>
    public static Task FillDiskAsync(int processId, TimeSpan time) => LimitAsync(processId, "fsize", "1", time);

    /// <summary>It opens no file and no connection meanwhile. The runtime itself may end it for want of one.</summary>
    public static Task TakeDescriptorsAsync(int processId, TimeSpan time) => LimitAsync(processId, "nofile", "3", time);

    // The soft limit alone, which may be raised again.
    private static async Task LimitAsync(int processId, string what, string limit, TimeSpan time)
    {
        var before = await RunAsync(processId, "--output=SOFT", "--noheadings", $"--{what}");
        await RunAsync(processId, $"--{what}={limit}:");
        await Task.Delay(time, TimeProvider.System);
        if (!Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}")))
        {
            return;
        }

        await RunAsync(processId, $"--{what}={before.Trim()}:");
    }

    private static async Task<string> RunAsync(int processId, params string[] arguments)
    {
        var id = processId.ToString(CultureInfo.InvariantCulture);
        using var prlimit = Process.Start(
            new ProcessStartInfo("prlimit", [$"--pid={id}", .. arguments]) { RedirectStandardOutput = true }
        )!;
        var output = await prlimit.StandardOutput.ReadToEndAsync();
        await prlimit.WaitForExitAsync();
        return prlimit.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"prlimit {string.Join(' ', arguments)} failed.");
    }
}
