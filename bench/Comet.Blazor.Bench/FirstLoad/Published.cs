using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Comet.Blazor.Bench.FirstLoad;

/// <summary>Publishes a project and runs the result as a server on a free port.</summary>
public sealed class Published : IAsyncDisposable
{
    private readonly Process _process;

    private Published(Process process, string address) => (_process, Address) = (process, address);

    /// <summary>Without trailing slash.</summary>
    public string Address { get; }

    /// <summary>The folder of the solution.</summary>
    public static string Top([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    /// <summary>Publishes in Release; answers the folder.</summary>
    public static async Task<string> PublishAsync(string project, string target)
    {
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-o", target, "--nologo", "-v", "quiet"]))!;
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? target : throw new InvalidOperationException($"dotnet publish of {project} failed.");
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<Published> StartAsync(string folder, string dll, params string[] args)
    {
        var port = FreePort();
        var address = $"http://127.0.0.1:{port}";
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, dll), "--Urls", address, .. args]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { }; // read, or the server would wait for its reader
        process.BeginOutputReadLine();
        using var http = new HttpClient();
        for (var left = 150; ; left--)
        {
            try
            {
                using var answer = await http.GetAsync(address);
                return new Published(process, address);
            }
            catch (HttpRequestException) when (left > 0 && !process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        socket.Start();
        return ((System.Net.IPEndPoint)socket.LocalEndpoint).Port;
    }
}

/// <summary>A folder that is gone afterwards.</summary>
public sealed class WorkFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("comet-bench-").FullName;

    /// <summary>A path inside.</summary>
    public string Sub(string name) => Path.Combine(_path, name);

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(_path, recursive: true);
}
