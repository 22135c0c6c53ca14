namespace Comet.Blazor.Bench.Storage;

/// <summary>One backup to one target.</summary>
/// <param name="Restic">What restic used.</param>
/// <param name="ServerCpu">Processor seconds of the server meanwhile; 0 for a local directory.</param>
internal sealed record BackupRun(Used Restic, double ServerCpu)
{
    /// <summary>restic and server together.</summary>
    public double Cpu => Restic.CpuSeconds + ServerCpu;
}

/// <summary>restic backup of one tree to a local directory, the Storage Role and rclone, in turns.</summary>
internal sealed class BackupRounds(string files, string work, ProductServer product, RcloneServer rclone)
{
    private const string Local = "local directory";
    private const string Product = "Storage Role";
    private const string Rclone = "rclone serve restic";

    private readonly Dictionary<string, List<BackupRun>> _runs = new() { [Local] = [], [Product] = [], [Rclone] = [] };

    /// <summary>Runs all rounds; repository 0 of each server is the warm-up.</summary>
    public async Task RunAsync(int rounds)
    {
        for (var round = 0; round <= rounds; round++)
        {
            var order = _runs.Keys.ToList();
            order = [.. order[(round % order.Count)..], .. order[..(round % order.Count)]];
            foreach (var target in order)
            {
                var run = await BackupAsync(target, round);
                Console.Error.WriteLine($"{(round == 0 ? "warm-up" : $"round {round}")}, {target}: {run.Restic.WallSeconds.Two()} s, CPU restic {run.Restic.CpuSeconds.Two()} s, server {run.ServerCpu.Two()} s");
                if (round > 0)
                {
                    _runs[target].Add(run);
                }
            }
        }
    }

    /// <summary>Prints the table; answers true when the goals are met.</summary>
    public bool Report()
    {
        Console.WriteLine("| target | wall s, median | wall ÷ local, per round: median (spread) | restic CPU s | server CPU s | (restic + server) ÷ restic local | server ÷ restic local |");
        Console.WriteLine("| --- | ---: | --- | ---: | ---: | --- | --- |");
        foreach (var (target, runs) in _runs)
        {
            Console.WriteLine($"| {target} | {runs.Select(r => r.Restic.WallSeconds).Median().Two()} | {Ratios(target, r => r.Restic.WallSeconds, r => r.Restic.WallSeconds).Spread()} "
                + $"| {runs.Select(r => r.Restic.CpuSeconds).Median().Two()} | {runs.Select(r => r.ServerCpu).Median().Two()} "
                + $"| {Ratios(target, r => r.Cpu, r => r.Restic.CpuSeconds).Spread()} | {Ratios(target, r => r.ServerCpu, r => r.Restic.CpuSeconds).Spread()} |");
        }

        Console.WriteLine();
        var together = Ratios(Product, r => r.Cpu, r => r.Restic.CpuSeconds).Median();
        var alone = Ratios(Product, r => r.ServerCpu, r => r.Restic.CpuSeconds).Median();
        return Goals.Check("CPU of restic and Storage Role ÷ restic's on a local directory", together, "at most", 1.10)
            & Goals.Check("CPU of the Storage Role alone ÷ the same", alone, "at most", 0.10);
    }

    private List<double> Ratios(string target, Func<BackupRun, double> value, Func<BackupRun, double> reference) =>
        [.. _runs[target].Zip(_runs[Local], (run, local) => value(run) / reference(local))];

    private async Task<BackupRun> BackupAsync(string target, int number)
    {
        RepositoryServer? server = target switch
        {
            Product => product,
            Rclone => rclone,
            _ => null,
        };
        var folder = server?.Folder(number) ?? Path.Combine(work, "local");
        var cache = Path.Combine(work, "cache");
        var environment = new Dictionary<string, string>
        {
            ["RESTIC_REPOSITORY"] = server is null ? folder : "rest:" + server.Repository(number).OriginalString,
            ["RESTIC_PASSWORD"] = "bench",
            ["RESTIC_CACHE_DIR"] = cache,
        };
        await Programs.RunAsync("restic", environment, "init");
        await Programs.RunAsync("sync", environment); // what earlier runs wrote is not this one's burden
        var before = server is null ? 0 : Programs.CpuOf(server.Process);
        var used = await Programs.RunAsync("restic", environment, "backup", "--quiet", files);
        var cpu = server is null ? 0 : Programs.CpuOf(server.Process) - before;
        if (number == 0)
        {
            await Programs.RunAsync("restic", environment, "check", "--read-data");
        }

        Directory.Delete(cache, recursive: true);
        foreach (var entry in Directory.EnumerateDirectories(folder))
        {
            Directory.Delete(entry, recursive: true);
        }

        if (server is null)
        {
            Directory.Delete(folder, recursive: true);
        }

        return new BackupRun(used, cpu);
    }
}
