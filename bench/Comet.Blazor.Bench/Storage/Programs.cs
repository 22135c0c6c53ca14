using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Comet.Blazor.Bench.Storage;

/// <summary>What a finished program used.</summary>
/// <param name="WallSeconds">From start to end.</param>
/// <param name="CpuSeconds">User and system time, children included.</param>
internal sealed record Used(double WallSeconds, double CpuSeconds);

/// <summary>Other programs, and the processor time that processes have used.</summary>
internal static class Programs
{
    /// <summary>Runs a program to its end and answers what it used.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<Used> RunAsync(string program, IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        // The shell's own "times" tells the exact processor time of its children; .NET forgets it when a process has ended.
        var start = new ProcessStartInfo("bash", ["-c", "\"$@\" >/dev/null; code=$?; times; exit $code", "bash", program, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var times = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var wall = clock.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new Used(wall, times.Trim().Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Sum(Seconds))
            : throw new InvalidOperationException($"{program} {string.Join(' ', args)} ended with {process.ExitCode}: {await errors}");
    }

    /// <summary>Processor seconds that a running process has used so far.</summary>
    public static double CpuOf(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>The largest resident memory of a process so far, in bytes.</summary>
    public static long PeakMemoryOf(Process process)
    {
        process.Refresh();
        return process.PeakWorkingSet64;
    }

    /// <summary>True when the program is on PATH.</summary>
    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, program)));

    /// <summary>A port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until something listens on the port.</summary>
    /// <exception cref="InvalidOperationException">The process ended instead.</exception>
    public static async Task WaitForPortAsync(Process process, int port)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (!process.HasExited && tries < 600)
            {
                await Task.Delay(100);
            }
            catch (SocketException ex)
            {
                throw new InvalidOperationException($"{process.StartInfo.FileName} does not listen on port {port}.", ex);
            }
        }
    }

    private static double Seconds(string minutesAndSeconds)
    {
        var parts = minutesAndSeconds.TrimEnd('s').Split('m');
        return (60 * double.Parse(parts[0], CultureInfo.InvariantCulture)) + double.Parse(parts[1], CultureInfo.InvariantCulture);
    }
}
