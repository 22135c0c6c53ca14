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

    /// <summary>How long this call may take to clean up, asked when it is interrupted; <see cref="Patience"/> when not set.</summary>
    public Func<TimeSpan>? PatienceNow { get; init; }

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

        var streams = new[] { ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, errors), FeedAsync(process, input) };
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

    private static async Task FeedAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            return; // it has ended without reading; its exit code tells why
        }
    }

    private Process Start(IEnumerable<string> args)
    {
        var start = new ProcessStartInfo(program, args)
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

        foreach (var name in start.Environment.Keys.Where(static k => k.StartsWith("RESTIC_", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception ex)
        {
            throw new IOException(ex.Message + ".", ex);
        }
    }
}
