using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comet.Blazor.Agent.Work.Files;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>What a Protected Item of type Files and Folders selects (spec/01 §5.1).</summary>
/// <param name="Paths">What to back up, in the order of the editor.</param>
/// <param name="Exclusions">Glob patterns of what to leave out, those of the policy among them.</param>
/// <param name="Unsupported">Settings that this version can't obey, and that leave something out of the backup or take more in.</param>
public sealed record FileSelection(IReadOnlyList<string> Paths, IReadOnlyList<string> Exclusions, IReadOnlyList<string> Unsupported)
{
    /// <summary>The engine's name in the contract.</summary>
    public const string Engine = ItemEngines.File;

    private static readonly string[] Foreign = ["SMBAUTH"];

    /// <summary>Regular expressions of what to leave out, those of the policy among them.</summary>
    public IReadOnlyList<string> RegexExclusions { get; init; } = [];

    /// <summary>What to take of folders by pattern.</summary>
    public IReadOnlyList<IncludePattern> Patterns { get; init; } = [];

    /// <summary>Read from a snapshot of the file system (Windows).</summary>
    public bool Snapshot { get; init; }

    /// <summary>Read files that look unchanged as well.</summary>
    public bool Rescan { get; init; }

    /// <summary>True when restic can't be told what to leave out without a look at the folders.</summary>
    public bool NeedsWalk => RegexExclusions.Count + Patterns.Count > 0;

    /// <summary>Reads it out of an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="mandatory">What the policy leaves out.</param>
    public static FileSelection Of(AgentItem item, IReadOnlyList<AgentExclusion>? mandatory = null)
    {
        var imposed = (mandatory ?? []).Where(static e => HoldsHere(e.Os)).ToArray();
        return new FileSelection(
            Values(item, "INCLUDE"), [.. Values(item, "EXCLUDE").Concat(imposed.Where(static e => !e.Regex).Select(static e => e.Pattern)).Distinct(StringComparer.Ordinal)],
            [.. Foreign.Where(prefix => item.EngineProps.Keys.Any(k => k.StartsWith(prefix, StringComparison.Ordinal)))])
        {
            RegexExclusions = [.. Values(item, "REXCLUDE").Concat(imposed.Where(static e => e.Regex).Select(static e => e.Pattern)).Distinct(StringComparer.Ordinal)],
            Patterns = [.. Values(item, "PINCLUDE").Select(static v => IncludePattern.Read(v, regex: false)), .. Values(item, "RINCLUDE").Select(static v => IncludePattern.Read(v, regex: true))],
            Snapshot = item.EngineProps.ContainsKey("USE_WIN_VSS"),
            Rescan = item.EngineProps.ContainsKey("RESCAN_UNCHANGED"),
        };
    }

    /// <summary>The selected paths that do not exist on this computer: restic says nothing about them (storage.md §3.3).</summary>
    public IReadOnlyList<string> Missing() => [.. Paths.Concat(Patterns.Select(static p => p.Top)).Distinct(StringComparer.Ordinal).Where(static p => !Exists(p))];

    /// <summary>The contract's ExtraFileExclusionOSRestriction.</summary>
    /// <param name="os">0 everywhere, 1 Windows, 2 Windows x86-32, 3 Windows x86-64, 4 macOS, 5 Linux.</param>
    public static bool HoldsHere(int os) => os switch
    {
        0 => true,
        1 => OperatingSystem.IsWindows(),
        2 => OperatingSystem.IsWindows() && RuntimeInformation.OSArchitecture == Architecture.X86,
        3 => OperatingSystem.IsWindows() && RuntimeInformation.OSArchitecture == Architecture.X64,
        4 => OperatingSystem.IsMacOS(),
        5 => OperatingSystem.IsLinux(),
        _ => false,
    };

    // A link is backed up as a link, wherever it leads.
    private static bool Exists(string path) => Directory.Exists(path) || File.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static string[] Values(AgentItem item, string prefix) =>
    [
        .. item.EngineProps.Where(p => p.Key.StartsWith(prefix, StringComparison.Ordinal) && p.Value.Length > 0)
            .OrderBy(p => int.TryParse(p.Key.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : int.MaxValue)
            .ThenBy(static p => p.Key, StringComparer.Ordinal).Select(static p => p.Value),
    ];
}

/// <summary>What to take of a folder by pattern, the contract's SourceIncludePattern.</summary>
/// <param name="Top">The folder.</param>
/// <param name="Value">The pattern.</param>
/// <param name="Regex">True for a regular expression on the full path; false for a glob pattern, on the name, or on the path below the folder when it holds a slash.</param>
public sealed record IncludePattern(string Top, string Value, bool Regex)
{
    /// <summary>Reads the JSON of the contract.</summary>
    /// <exception cref="AgentFailure">It is none.</exception>
    public static IncludePattern Read(string json, bool regex)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var top = document.RootElement.GetProperty("TopDirectory").GetString() ?? "";
            var value = document.RootElement.GetProperty("Value").GetString() ?? "";
            return Path.IsPathFullyQualified(top) && value.Length > 0 ? new IncludePattern(top, value, regex)
                : throw new AgentFailure($"The inclusion by pattern {json} needs a full path as TopDirectory and a pattern as Value. Correct the Protected Item.");
        }
        catch (Exception ex) when (ex is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AgentFailure($"The inclusion by pattern {json} is no JSON with TopDirectory and Value. Correct the Protected Item.", ex);
        }
    }

    /// <summary>Compiles it.</summary>
    /// <exception cref="AgentFailure">It means nothing.</exception>
    public Regex Compile() => Regex ? PathRegex.Of(Value) : PathRegex.OfGlob(Top, Value);
}
