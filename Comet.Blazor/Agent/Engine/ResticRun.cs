using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Comet.Blazor.Agent.Engine;

/// <summary>How a call of restic ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Interrupted">True when the agent interrupted it.</param>
public sealed record ResticEnd(int ExitCode, bool Interrupted);

/// <summary>One call of restic. Secrets go in by the environment; the person's own RESTIC_ settings stay out.</summary>
/// <param name="program">The program.</param>
/// <param name="environment">Variables on top of the agent's own.</param>
/// <param name="clock">The clock.</param>
public sealed class ResticRun(string program, IReadOnlyDictionary<string, string> environment, TimeProvider clock)
{
    /// <summary>How long restic may take to clean up after it was interrupted.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string IoNice = "/usr/bin/ionice"; // becomes restic itself, with the same process id

    // The person's own settings of restic and of storage must not mix with the vault's.
    private static readonly string[] Foreign = ["RESTIC_", "AWS_", "B2_", "AZURE_", "OS_", "ST_", "SWIFT_", "SSH_ASKPASS", "COMET_"];

    /// <summary>How long this call may take to clean up, asked when it is interrupted; <see cref="Patience"/> when not set.</summary>
    public Func<TimeSpan>? PatienceNow { get; init; }

    /// <summary>Let other programs go first at the disk, where the system can.</summary>
    public bool Gentle { get; init; }

    /// <summary>Writes to its standard input, instead of a text. False leaves the input open: its end would say that it is whole. Whoever answers so interrupts restic.</summary>
    public Func<Stream, CancellationToken, Task<bool>>? Feed { get; init; }

    /// <summary>Called with the process as soon as it runs.</summary>
    public Action<Process>? Started { get; init; }

    /// <summary>Runs it to its end. Cancelling interrupts restic and still waits for its end: there is no exception for it.</summary>
    /// <param name="args">Arguments; visible to every user of this computer.</param>
    /// <param name="input">Text for its standard input.</param>
    /// <param name="output">Takes the lines of its standard output.</param>
    /// <param name="errors">Takes the lines of its standard error output.</param>
    /// <param name="ct">Interrupts it.</param>
    /// <exception cref="IOException">It can't be started.</exception>
    public async Task<ResticEnd> RunAsync(IEnumerable<string> args, string input, Action<string> output, Action<string> errors, CancellationToken ct)
    {
        using var process = Start(args);
        try
        {
            Started?.Invoke(process);
        }
        catch
        {
            await ProcessControl.EndAsync(process, Patience, clock); // whoever must know of it does not
            throw;
        }

        var streams = new[] { ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, errors), FeedAsync(process, input, ct) };
        var interrupted = false;
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            interrupted = true;
            await ProcessControl.EndAsync(process, PatienceNow?.Invoke() ?? Patience, clock);
        }

        await Task.WhenAll(streams);
        return new ResticEnd(process.ExitCode, interrupted);
    }

    private static async Task ReadAsync(StreamReader stream, Action<string> take)
    {
        while (await stream.ReadLineAsync(CancellationToken.None) is { } line)
        {
            take(line);
        }
    }

    private async Task FeedAsync(Process process, string input, CancellationToken ct)
    {
        try
        {
            if (Feed is not null)
            {
                if (await Feed(process.StandardInput.BaseStream, ct))
                {
                    process.StandardInput.Close();
                }

                return;
            }

            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return; // restic is being interrupted
        }
        catch (IOException)
        {
            return; // it has ended without reading; its exit code tells why
        }
    }

    private Process Start(IEnumerable<string> args)
    {
        var (file, all) = Gentle && OperatingSystem.IsLinux() && File.Exists(IoNice) ? (IoNice, ["-c", "3", program, .. args]) : (program, args);
        var start = new ProcessStartInfo(file, all)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            CreateNoWindow = true,
        };
        if (OperatingSystem.IsWindows())
        {
            start.CreateNewProcessGroup = true; // or an interrupt would reach the agent as well
            start.CreateNoWindow = false; // interrupts go through the console that both share
        }

        foreach (var name in start.Environment.Keys.Where(static k => Foreign.Any(f => k.StartsWith(f, StringComparison.OrdinalIgnoreCase))).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            var process = Process.Start(start)!;
            if (Gentle && OperatingSystem.IsWindows())
            {
                process.PriorityClass = ProcessPriorityClass.BelowNormal;
            }

            return process;
        }
        catch (Win32Exception ex)
        {
            throw new IOException(ex.Message + ".", ex);
        }
    }
}
