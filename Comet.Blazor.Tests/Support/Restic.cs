using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Comet.Blazor.Tests.Support;

/// <summary>The real restic, called by tests as a person would to check or restore what the product stored.</summary>
public static class Restic
{
    /// <summary>What a call printed, and its exit code.</summary>
    public sealed record Result(int ExitCode, string Output, string Errors)
    {
        public override string ToString() => $"exit {ExitCode}\n{Output}\n{Errors}";
    }

    /// <summary>Runs restic on a repository, given as for RESTIC_REPOSITORY: a folder, or rest:http://id:key@host/storage/id/.</summary>
    public static Task<Result> RunAsync(string repository, string password, params string[] args) => RunAsync(null, repository, password, args);

    /// <summary>Runs restic and interrupts it, as Ctrl+C does, once it has printed this on its error stream.</summary>
    public static Task<Result> StopAtAsync(string complaint, string repository, string password, params string[] args) => RunAsync(complaint, repository, password, args);

    private static async Task<Result> RunAsync(string? stopAt, string repository, string password, string[] args)
    {
        Assert.True(File.Exists("/usr/bin/restic"), "These tests need restic: apt-get install restic");
        using var cache = new TempFolder();
        var start = new ProcessStartInfo("/usr/bin/restic") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RESTIC_REPOSITORY"] = repository;
        start.Environment["RESTIC_PASSWORD"] = password;
        start.Environment["RESTIC_CACHE_DIR"] = cache.Path;
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = new StringBuilder();
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            errors.AppendLine(line);
            if (stopAt is not null && line.Contains(stopAt, StringComparison.Ordinal))
            {
                stopAt = null;
                using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
            }
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Result(process.ExitCode, await output, errors.ToString());
    }

    /// <summary>Somebody who works on the repository: a backup that lasts, with its lock there, until its standard input is closed.</summary>
    public static Process Hold(string folder, string password, string cache)
    {
        var start = new ProcessStartInfo("/usr/bin/restic", ["backup", "--stdin", "--quiet"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["RESTIC_REPOSITORY"], start.Environment["RESTIC_PASSWORD"], start.Environment["RESTIC_CACHE_DIR"]) = (folder, password, cache);
        return Process.Start(start)!;
    }

    /// <summary>As <see cref="RunAsync"/>, and fails the test when restic fails.</summary>
    public static async Task<Result> OkAsync(string repository, string password, params string[] args)
    {
        var result = await RunAsync(repository, password, args);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }
}

/// <summary>Trees of files to back up, and their comparison after a restore.</summary>
public static class FileTree
{
    /// <summary>Writes files of random bytes in nested folders, with names that backups trip over.</summary>
    public static void Make(string folder, int files, int bytesEach)
    {
        string[] names = ["plain.bin", "with space.bin", "ünïcödé-名前.bin", "quote'\".bin", "-dash.bin", "[glob]*.bin"];
        for (var i = 0; i < files; i++)
        {
            var sub = Path.Combine(folder, $"level {i % 3}", $"{i / names.Length}");
            Directory.CreateDirectory(sub);
            File.WriteAllBytes(Path.Combine(sub, names[i % names.Length]), RandomNumberGenerator.GetBytes(bytesEach));
        }
    }

    /// <summary>Fails unless both trees hold the same files with the same bytes.</summary>
    public static void AssertSame(string expected, string actual)
    {
        var left = Hashes(expected);
        Assert.NotEmpty(left);
        Assert.Equal(left, Hashes(actual));
    }

    private static SortedDictionary<string, string> Hashes(string folder)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var stream = File.OpenRead(file);
            hashes[Path.GetRelativePath(folder, file)] = Convert.ToHexString(SHA256.HashData(stream));
        }

        return hashes;
    }
}
