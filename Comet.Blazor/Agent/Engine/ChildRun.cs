using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Comet.Blazor.Agent.Engine;

/// <summary>A program or a shell command that the agent runs beside restic. It ends with all that it has started.</summary>
/// <param name="start">What to start; its streams are taken.</param>
public sealed class ChildRun(ProcessStartInfo start)
{
    // A background process that a command leaves behind may hold its streams for ever.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    /// <summary>A command for the system's shell.</summary>
    /// <param name="command">As a person would type it.</param>
    /// <param name="folder">Where it runs; empty for the agent's own folder.</param>
    /// <param name="variables">Added to its environment.</param>
    public static ChildRun Shell(string command, string folder = "", IReadOnlyDictionary<string, string>? variables = null)
    {
        // cmd takes everything after /C as it is, quotation marks and all.
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe") { Arguments = $"/S /C \"{command}\"" } : new ProcessStartInfo("/bin/sh", ["-c", command]);
        start.WorkingDirectory = folder;
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ChildRun(start);
    }

    /// <summary>Runs it, and gives the lines of both streams.</summary>
    /// <param name="say">Takes a line; called from several threads.</param>
    /// <param name="ct">Kills it with all its children.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="IOException">It can't be started.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing of it runs any more.</exception>
    public async Task<int> RunAsync(Action<string> say, CancellationToken ct)
    {
        using var child = Begin(say, ct);
        var output = LineReader.ReadAsync(child.Process.StandardOutput, say);
        await child.EndAsync();
        await Task.WhenAny(output, Task.Delay(LastWords, CancellationToken.None));
        return child.Process.ExitCode;
    }

    /// <summary>Starts it for somebody who reads its standard output as it comes.</summary>
    /// <param name="say">Takes the lines of its standard error output.</param>
    /// <param name="ct">Kills it with all its children.</param>
    /// <exception cref="IOException">It can't be started.</exception>
    public Child Begin(Action<string> say, CancellationToken ct)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        start.StandardErrorEncoding = Encoding.UTF8;
        start.CreateNoWindow = true;
        if (start.WorkingDirectory.Length > 0 && !Directory.Exists(start.WorkingDirectory))
        {
            throw new IOException($"The folder {start.WorkingDirectory} does not exist.");
        }

        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close(); // whoever asks gets no answer, instead of waiting for one
            return new Child(process, LineReader.ReadAsync(process.StandardError, say), ct);
        }
        catch (Win32Exception ex)
        {
            throw new IOException(ex.Message, ex);
        }
    }

    /// <summary>A program that runs. Disposing it kills what is left of it.</summary>
    public sealed class Child : IDisposable
    {
        private readonly Task _errors;
        private readonly CancellationToken _ct;
        private readonly CancellationTokenRegistration _kill;

        internal Child(Process process, Task errors, CancellationToken ct)
        {
            (Process, _errors, _ct) = (process, errors, ct);
            _kill = ct.Register(Kill);
        }

        /// <summary>The process.</summary>
        public Process Process { get; }

        /// <summary>Waits for its end.</summary>
        /// <returns>Its exit code.</returns>
        /// <exception cref="OperationCanceledException">Cancelled, and killed.</exception>
        public async Task<int> EndAsync()
        {
            await Process.WaitForExitAsync(CancellationToken.None); // a cancel kills it
            await Task.WhenAny(_errors, Task.Delay(LastWords, CancellationToken.None));
            _ct.ThrowIfCancellationRequested();
            return Process.ExitCode;
        }

        /// <inheritdoc />
        public void Dispose()
        {
            _kill.Dispose();
            Kill();
            Process.Dispose();
        }

        private void Kill()
        {
            try
            {
                if (!Process.HasExited)
                {
                    Process.Kill(entireProcessTree: true);
                }
            }
            catch (Exception ex) when (ex is InvalidOperationException or Win32Exception or AggregateException)
            {
                return; // it has ended by itself meanwhile
            }
        }
    }
}
