using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Comet.Blazor.Bench.Connections;

/// <summary>A server in a process of its own, asked over its standard input for its memory.</summary>
public sealed class MeasuredServer : IDisposable
{
    private readonly Process _process;

    private MeasuredServer(Process process, IPEndPoint address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Starts this program again as a server and waits until it listens.</summary>
    /// <param name="which"><see cref="ServerProcess.Comet"/> or <see cref="ServerProcess.Bare"/>.</param>
    /// <param name="folder">Data folder.</param>
    /// <param name="devices">Devices that its accounts know already.</param>
    public static async Task<MeasuredServer> StartAsync(string which, string folder, int devices)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var arg in new[] { typeof(MeasuredServer).Assembly.Location, "connections", which, folder, devices.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(arg);
        }

        // The collector of the product, whatever this program's own is.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(ServerProcess.Ready, StringComparison.Ordinal))
            {
                return new MeasuredServer(process, IPEndPoint.Parse(new Uri(line[ServerProcess.Ready.Length..]).Authority));
            }
        }

        throw new IOException($"The server {which} ended before it listened.");
    }

    /// <summary>Its memory now, and after a full collection.</summary>
    public async Task<Memory> MeasureAsync()
    {
        await _process.StandardInput.WriteLineAsync(ServerProcess.Measure);
        await _process.StandardInput.FlushAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(ServerProcess.Figures, StringComparison.Ordinal))
            {
                var figures = line[ServerProcess.Figures.Length..].Split(' ').Select(static f => long.Parse(f, CultureInfo.InvariantCulture)).ToArray();
                return new Memory(figures[0], figures[1], figures[2]);
            }
        }

        throw new IOException("The server ended.");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(30_000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}

/// <summary>Memory of a process, in bytes.</summary>
/// <param name="Natural">Working set as it stands.</param>
/// <param name="Collected">Working set after a full, compacting collection.</param>
/// <param name="Managed">Managed heap after it.</param>
public readonly record struct Memory(long Natural, long Collected, long Managed);
