using System.Globalization;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>What a Protected Item of type Files and Folders selects (spec/01 §5.1).</summary>
/// <param name="Paths">What to back up, in the order of the editor.</param>
/// <param name="Exclusions">Glob patterns of what to leave out.</param>
/// <param name="Unsupported">Settings that this version can't obey, and that leave something out of the backup or take more in.</param>
public sealed record FileSelection(IReadOnlyList<string> Paths, IReadOnlyList<string> Exclusions, IReadOnlyList<string> Unsupported)
{
    /// <summary>The engine's name in the contract.</summary>
    public const string Engine = "engine1/file";

    private static readonly string[] Foreign = ["REXCLUDE", "PINCLUDE", "RINCLUDE", "SMBAUTH", "USE_WIN_VSS"];

    /// <summary>Reads it out of an item.</summary>
    public static FileSelection Of(AgentItem item) => new(
        Values(item, "INCLUDE"), Values(item, "EXCLUDE"),
        [.. Foreign.Where(prefix => item.EngineProps.Keys.Any(k => k.StartsWith(prefix, StringComparison.Ordinal)))]);

    /// <summary>The selected paths that do not exist on this computer: restic says nothing about them (storage.md §3.3).</summary>
    public IReadOnlyList<string> Missing() => [.. Paths.Where(static p => !Exists(p))];

    // A link is backed up as a link, wherever it leads.
    private static bool Exists(string path) => Directory.Exists(path) || File.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static string[] Values(AgentItem item, string prefix) =>
    [
        .. item.EngineProps.Where(p => p.Key.StartsWith(prefix, StringComparison.Ordinal) && p.Value.Length > 0)
            .OrderBy(p => int.TryParse(p.Key.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : int.MaxValue)
            .ThenBy(static p => p.Key, StringComparer.Ordinal).Select(static p => p.Value),
    ];
}
