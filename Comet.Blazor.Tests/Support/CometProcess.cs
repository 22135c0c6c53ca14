using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Support;

/// <summary>The built executable as a process of its own: a server or an agent that can be killed.</summary>
public sealed partial class CometProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private CometProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>All that it has printed, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>The server's address with trailing slash, once it has announced it.</summary>
    public string Address => ReadyAt().Match(Output) is { Success: true } m ? m.Groups[1].Value + "/" : throw new InvalidOperationException("The server has not announced its address: " + Output);

    /// <summary>Starts the executable with these arguments.</summary>
    public static CometProcess Start(IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add(typeof(Outcome).Assembly.Location);
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new CometProcess(Process.Start(start)!);
    }

    /// <summary>Starts a server on a free port and waits until it is ready.</summary>
    public static async Task<CometProcess> StartServerAsync(string dataFolder, string urls = "http://127.0.0.1:0", params string[] args)
    {
        var server = Start(["--Urls", urls, "--Comet:DataDirectory", dataFolder, .. args]);
        await Wait.UntilAsync(() => server.HasExited || ReadyAt().IsMatch(server.Output), "the server is ready", 60);
        Assert.False(server.HasExited, server.Output);
        return server;
    }

    /// <summary>SIGKILL; nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Sends a signal, such as "TERM" or "INT".</summary>
    public void Signal(string name) => Process.Start("kill", ["-" + name, Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();

    /// <summary>Waits for the end; answers the exit code.</summary>
    public async Task<int> ExitAsync(int seconds = 60)
    {
        await Wait.UntilAsync(() => HasExited, "the process has ended", seconds);
        await _process.WaitForExitAsync(CancellationToken.None); // the streams are read to their end
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    [GeneratedRegex(@"is ready at (\S+)")]
    private static partial Regex ReadyAt();
}
