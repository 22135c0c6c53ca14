using System.Globalization;
using System.Runtime.CompilerServices;

namespace Comet.Blazor.Bench.Storage;

/// <summary>The Storage Role against a local directory and against rclone: real backups, and many small objects.</summary>
public sealed class StorageBench : IBench
{
    private const int SmallRounds = 11; // they take seconds, and scatter

    /// <inheritdoc />
    public string Name => "storage";

    /// <inheritdoc />
    public string Purpose => "restic to a local directory, the Storage Role and rclone; small objects [--rounds 5] [--mib 1536] [--folder DIR] [--only backup|small]";

    /// <inheritdoc />
    public async Task<int> RunAsync(string[] args)
    {
        if (new[] { "restic", "rclone" }.Where(static p => !Programs.Exists(p)).ToList() is { Count: > 0 } missing)
        {
            await Console.Error.WriteLineAsync($"This bench needs {string.Join(" and ", missing)}: apt-get install {string.Join(' ', missing)}");
            return 2;
        }

        var rounds = int.Parse(Option(args, "--rounds", "5"), CultureInfo.InvariantCulture);
        var mib = long.Parse(Option(args, "--mib", "1536"), CultureInfo.InvariantCulture);
        var only = Option(args, "--only", "");
        var work = Path.Combine(Option(args, "--folder", Path.GetTempPath()), $"comet-bench-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(work);
            return await RunAsync(work, rounds, mib, only) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<bool> RunAsync(string work, int rounds, long mib, string only)
    {
        var published = Path.Combine(work, "published");
        await Programs.RunAsync("dotnet", new Dictionary<string, string>(), "publish", Path.Combine(Top(), "Comet.Blazor"), "-c", "Release", "-o", published, "--nologo", "-v", "q");
        await using var product = await ProductServer.StartAsync(published, Path.Combine(work, "product"), rounds + 2);
        await using var rclone = await RcloneServer.StartAsync(Path.Combine(work, "rclone"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start, {rounds} rounds."));
        var met = true;
        if (only != "small")
        {
            var files = Path.Combine(work, "files");
            var (count, bytes) = SampleFiles.Make(files, mib << 20);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} files, {bytes / 1048576.0:N0} MiB.\n"));
            var backups = new BackupRounds(files, work, product, rclone);
            await backups.RunAsync(rounds);
            met &= backups.Report();
            Console.WriteLine();
            Directory.Delete(files, recursive: true);
        }

        if (only != "backup")
        {
            var small = new SmallObjects(product, rclone, rounds + 1);
            await small.RunAsync(Math.Max(rounds, SmallRounds));
            met &= small.Report();
            Console.WriteLine();
        }

        Console.WriteLine($"Peak memory of the server process: {Programs.PeakMemoryOf(product.Process) >> 20} MiB; rclone {Programs.PeakMemoryOf(rclone.Process) >> 20} MiB.");
        return met;
    }

    private static string Option(string[] args, string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;

    private static string Top([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
