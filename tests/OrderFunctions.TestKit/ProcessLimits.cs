using System.Diagnostics;
using static System.FormattableString;
using static System.StringComparison;

namespace OrderFunctions.TestKit;

/// <summary>
/// Takes something from a process that runs, and gives it back: by prlimit of util-linux and by strace, so on Linux alone.
/// </summary>
public static class ProcessLimits
{
    /// <summary>Whether system calls of another process can be tampered with here: strace is there, and may do it.</summary>
    public static bool CanTamper => Environment.IsPrivilegedProcess && File.Exists(Strace);

    private const string Strace = "/usr/bin/strace";
    private const string DiskWrites = "pwrite64,pwritev,ftruncate,fsync,fdatasync";

    /// <summary>
    /// No file of its grows meanwhile: each write fails as on a full disk. It must ignore SIGXFSZ, which would end it.
    /// </summary>
    public static Task FillDiskAsync(int processId, TimeSpan time) => LimitAsync(processId, "fsize", "1", time);

    /// <summary>It opens no file and no connection meanwhile. The runtime itself may end it for want of one.</summary>
    public static Task TakeDescriptorsAsync(int processId, TimeSpan time) => LimitAsync(processId, "nofile", "3", time);

    /// <summary>Each write to a file fails meanwhile, as where its file system was turned read-only.</summary>
    public static Task MakeReadOnlyAsync(int processId, TimeSpan time) =>
        TamperAsync(processId, DiskWrites, "error=EROFS", time);

    /// <summary>Each write to a file, and each flush, takes so much longer meanwhile.</summary>
    public static Task SlowDiskDownAsync(int processId, TimeSpan by, TimeSpan time) =>
        TamperAsync(processId, DiskWrites, Invariant($"delay_enter={by.TotalMicroseconds:0}"), time);

    private static async Task TamperAsync(int processId, string calls, string how, TimeSpan time)
    {
        string[] arguments =
        [
            "-f",
            "-p",
            Invariant($"{processId}"),
            "-e",
            $"trace={calls}",
            "-e",
            $"inject={calls}:{how}",
        ];
        using var strace = Process.Start(new ProcessStartInfo(Strace, arguments) { RedirectStandardError = true })!;
        if (await strace.StandardError.ReadLineAsync() is not { } attached || !attached.Contains("attached", Ordinal))
        {
            throw new InvalidOperationException($"strace {string.Join(' ', arguments)} failed.");
        }

        var rest = strace.StandardError.ReadToEndAsync();
        await Task.Delay(time, TimeProvider.System);
        using var stop = Process.Start("kill", ["-s", "INT", Invariant($"{strace.Id}")]);
        await strace.WaitForExitAsync();
        await rest;
    }

    // The soft limit alone, which may be raised again.
    private static async Task LimitAsync(int processId, string what, string limit, TimeSpan time)
    {
        var before = await RunAsync(processId, "--output=SOFT", "--noheadings", $"--{what}");
        await RunAsync(processId, $"--{what}={limit}:");
        await Task.Delay(time, TimeProvider.System);
        if (!Directory.Exists(Invariant($"/proc/{processId}")))
        {
            return;
        }

        await RunAsync(processId, $"--{what}={before.Trim()}:");
    }

    private static async Task<string> RunAsync(int processId, params string[] arguments)
    {
        using var prlimit = Process.Start(
            new ProcessStartInfo("prlimit", [Invariant($"--pid={processId}"), .. arguments])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var output = await prlimit.StandardOutput.ReadToEndAsync();
        await prlimit.WaitForExitAsync();
        return prlimit.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"prlimit {string.Join(' ', arguments)} failed.");
    }
}
