using System.Diagnostics;
using System.Globalization;

namespace Comet.Blazor.Bench.Connections;

/// <summary>What an idle connected device costs the server in memory, beside a bare loop over Kestrel's WebSockets under the same client.</summary>
public sealed class ConnectionsBench : IBench
{
    private const double GoalKib = 25;
    private const double GoalRatio = 2;
    private const int WarmUp = 300;

    /// <inheritdoc />
    public string Name => "connections";

    /// <inheritdoc />
    public string Purpose => "memory of an idle connected device: [devices, 5000] [runs, 3]";

    /// <inheritdoc />
    public async Task<int> RunAsync(string[] args)
    {
        if (args is [ServerProcess.Comet or ServerProcess.Bare, var folder, var known])
        {
            await ServerProcess.RunAsync(args[0], folder, int.Parse(known, CultureInfo.InvariantCulture));
            return 0;
        }

        var devices = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5000;
        var runs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;
        var (comet, bare) = (new List<Figures>(), new List<Figures>());
        for (var run = 0; run < runs; run++)
        {
            comet.Add(await MeasureAsync(ServerProcess.Comet, devices));
            bare.Add(await MeasureAsync(ServerProcess.Bare, devices));
        }

        Console.WriteLine($"KiB per connection, {devices} connections, medians of {runs} runs");
        Console.WriteLine();
        Console.WriteLine("| | Comet | bare Kestrel loop | ratio |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Row("working set, after sign-in", static f => f.Natural);
        Row("working set, after a full collection", static f => f.Collected);
        Row("managed heap, after it", static f => f.Managed);
        Row("working set after a heartbeat of all and a collection", static f => f.Beaten);
        Console.WriteLine($"| sign-ins per second (client on the same cores) | {Median(comet, static f => f.PerSecond):0} | {Median(bare, static f => f.PerSecond):0} | |");

        var kib = Math.Max(Median(comet, static f => f.Collected), Median(comet, static f => f.Beaten));
        var ratio = Median(comet, static f => f.Collected) / Median(bare, static f => f.Collected);
        Console.WriteLine();
        Console.WriteLine($"Goals: at most {GoalKib} KiB: {kib:0.0}, {(kib <= GoalKib ? "met" : "missed")}; at most {GoalRatio} x the bare loop: {ratio:0.00}, {(ratio <= GoalRatio ? "met" : "missed")}.");
        return kib <= GoalKib && ratio <= GoalRatio ? 0 : 1;

        void Row(string name, Func<Figures, double> of)
        {
            var (ours, theirs) = (Median(comet, of), Median(bare, of));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {ours:0.0} | {theirs:0.0} | {ours / theirs:0.00} |"));
        }
    }

    private static async Task<Figures> MeasureAsync(string which, int devices)
    {
        var folder = Directory.CreateTempSubdirectory("comet-bench-");
        try
        {
            using var server = await MeasuredServer.StartAsync(which, folder.FullName, devices);
            await Fleet.DeriveAsync(server.Address, devices);
            await using (var warmUp = new Fleet(server.Address))
            {
                await warmUp.ConnectAsync(Math.Min(devices, WarmUp));
                await warmUp.BeatAllAsync();
            }

            await Task.Delay(TimeSpan.FromSeconds(2)); // the server notices that they are gone
            var before = await server.MeasureAsync();

            await using var fleet = new Fleet(server.Address);
            var started = Stopwatch.GetTimestamp();
            await fleet.ConnectAsync(devices);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Task.Delay(TimeSpan.FromSeconds(5));
            var idle = await fleet.QuietlyAsync(server.MeasureAsync);
            await fleet.QuietlyAsync(async () =>
            {
                await fleet.BeatAllAsync();
                return true;
            });
            var beaten = await fleet.QuietlyAsync(server.MeasureAsync);

            double Each(long now, long then) => (now - then) / 1024.0 / devices;
            var figures = new Figures(
                Each(idle.Natural, before.Collected), Each(idle.Collected, before.Collected), Each(idle.Managed, before.Managed), Each(beaten.Collected, before.Collected), devices / seconds);
            Console.Error.WriteLine($"{which}: {figures}");
            return figures;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Median(List<Figures> runs, Func<Figures, double> of) => runs.Select(of).Order().ElementAt(runs.Count / 2);

    /// <summary>KiB per connection, and sign-ins per second.</summary>
    private sealed record Figures(double Natural, double Collected, double Managed, double Beaten, double PerSecond);
}
