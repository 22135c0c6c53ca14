using System.Globalization;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Agent.Engine;

/// <summary>Which restic is used. A person may have installed, updated or removed it since the last job, so it is looked for each time.</summary>
/// <param name="given">The path given with --restic; null to look on PATH.</param>
/// <param name="clock">The clock.</param>
public sealed partial class ResticTool(string? given, TimeProvider clock)
{
    /// <summary>The first version that can be told to read one file at a time.</summary>
    public static readonly Version ReadConcurrency = new(0, 15);

    private static readonly Version Oldest = new(0, 14);
    private static readonly TimeSpan VersionLimit = TimeSpan.FromSeconds(20);

    private static string Install => OperatingSystem.IsWindows() ? "winget install restic.restic" : OperatingSystem.IsMacOS() ? "brew install restic" : "apt-get install restic (or dnf install restic)";

    /// <summary>Finds restic and checks its version.</summary>
    /// <exception cref="AgentFailure">There is none, or it is too old; the message says how to install it.</exception>
    public async Task<ResticProgram> FindAsync(CancellationToken ct)
    {
        var path = given is not null ? Given(given) : OnPath() ?? throw new AgentFailure($"restic, which makes the backups, was not found on PATH. Install it: {Install}, or name it with --restic.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(VersionLimit);
        List<string> lines = [];
        int code;
        try
        {
            code = (await new ResticRun(path, new Dictionary<string, string>(), clock).RunAsync(["version"], "", lines.Add, lines.Add, limit.Token)).ExitCode;
        }
        catch (IOException ex)
        {
            throw new AgentFailure($"{path} can't be run: {ex.Message} Install restic: {Install}, or name another one with --restic.", ex);
        }

        var text = string.Join(' ', lines);
        ct.ThrowIfCancellationRequested();
        if (code != 0 || VersionText().Match(text) is not { Success: true } found)
        {
            throw new AgentFailure($"{path} does not answer as restic does ({(text.Length > 0 ? text[..Math.Min(text.Length, 200)] : $"exit code {code}")}). Install restic: {Install}, or name another one with --restic.");
        }

        var version = new Version(Number(found, 1), Number(found, 2), found.Groups[3].Success ? Number(found, 3) : 0);
        return version >= Oldest ? new ResticProgram(path, version) : throw new AgentFailure($"{path} is restic {version}; at least {Oldest} is needed. Update it: {Install}, or name another one with --restic.");
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Given(string path) => File.Exists(path) ? Path.GetFullPath(path) : throw new AgentFailure($"There is no restic at {path}. Correct --restic, or install it: {Install}.");

    private static string? OnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(static folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "restic.exe" : "restic")).FirstOrDefault(File.Exists);

    [GeneratedRegex(@"\brestic (\d+)\.(\d+)(?:\.(\d+))?")]
    private static partial Regex VersionText();
}

/// <summary>A restic that can be used.</summary>
/// <param name="Path">The program.</param>
/// <param name="Version">Its version.</param>
public sealed record ResticProgram(string Path, Version Version);
