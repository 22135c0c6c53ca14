using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Comet.Blazor.Tests.Support;

/// <summary>A real S3 server (OpenStack Swift with its S3 layer, from Debian's packages) on this computer, with an empty account.</summary>
public sealed class S3Server : IAsyncDisposable
{
    public const string AccessKey = "test:tester";
    public const string SecretKey = "testing";
    public const string Region = "us-east-1";
    private const int Ports = 5;
    private readonly TempFolder _data;
    private readonly int _port;

    private S3Server(TempFolder data, int port) => (_data, _port) = (data, port);

    /// <summary>Host and port.</summary>
    public string Host => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    /// <summary>PEM file with the certificate that nobody has signed.</summary>
    public string Certificate => _data.Sub("cert.pem");

    public static async Task<S3Server> StartAsync()
    {
        var server = new S3Server(new TempFolder(), FreePorts());
        await server.RunAsync("up");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("down");
        _data.Dispose();
    }

    private static int FreePorts()
    {
        for (var first = Random.Shared.Next(20_000, 29_000); ; first += Ports)
        {
            var listeners = Enumerable.Range(first, Ports).Select(static p => new TcpListener(IPAddress.Loopback, p)).ToArray();
            try
            {
                Array.ForEach(listeners, static l => l.Start());
                return first;
            }
            catch (SocketException)
            {
                continue; // somebody has one of them
            }
            finally
            {
                Array.ForEach(listeners, static l => l.Stop());
            }
        }
    }

    private static string Script([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "s3-server.sh");

    private async Task RunAsync(string verb)
    {
        // Its daemons live on and would hold pipes open, so it writes to a file.
        var log = _data.Sub("log.txt");
        var start = new ProcessStartInfo("/bin/bash", ["-c", $"exec bash '{Script()}' {verb} > '{log}' 2>&1 < /dev/null"]);
        start.Environment["SWIFT_HOME"] = _data.Path;
        start.Environment["SWIFT_PORT"] = _port.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, await File.ReadAllTextAsync(log));
    }
}
