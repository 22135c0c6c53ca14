using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Comet.Blazor.Agent.Engine;

/// <summary>Ends processes the gentle way first, also such that an earlier run of the agent has started.</summary>
public static partial class ProcessControl
{
    private const int Interruption = 2; // SIGINT
    private const uint CtrlBreak = 1;

    // The operating system tells the same start a little differently each time it is asked.
    private const long StartTolerance = 2000;

    /// <summary>As Ctrl+C: restic removes its lock and ends with 130. False when the process is gone.</summary>
    public static bool Interrupt(int pid) => OperatingSystem.IsWindows() ? GenerateConsoleCtrlEvent(CtrlBreak, pid) : kill(pid, Interruption) == 0;

    /// <summary>When a process began, in milliseconds since 1970, UTC; 0 when it is gone already.</summary>
    public static long StartOf(Process process)
    {
        try
        {
            return new DateTimeOffset(process.StartTime.ToUniversalTime(), TimeSpan.Zero).ToUnixTimeMilliseconds();
        }
        catch (Exception ex) when (ex is InvalidOperationException or Win32Exception)
        {
            return 0;
        }
    }

    /// <summary>The process of this id if it began at that time: ids are used again. Null when it is gone.</summary>
    public static Process? Find(int pid, long start)
    {
        if (pid <= 0)
        {
            return null;
        }

        try
        {
            var process = Process.GetProcessById(pid);
            if (Math.Abs(StartOf(process) - start) <= StartTolerance && !process.HasExited)
            {
                return process;
            }

            process.Dispose();
            return null;
        }
        catch (Exception ex) when (ex is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Interrupts, and kills what has not ended after <paramref name="patience"/>.</summary>
    public static async Task EndAsync(Process process, TimeSpan patience, TimeProvider clock)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        try
        {
            if (Interrupt(process.Id))
            {
                await process.WaitForExitAsync(limit.Token);
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // falls to the kill below
        }

        try
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        catch (Exception ex) when (ex is InvalidOperationException or Win32Exception)
        {
            return; // it has ended by itself meanwhile
        }
    }

#pragma warning disable SA1300, IDE1006 // names of the C library
    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GenerateConsoleCtrlEvent(uint ctrlEvent, int processGroup);
#pragma warning restore SA1300, IDE1006
}
