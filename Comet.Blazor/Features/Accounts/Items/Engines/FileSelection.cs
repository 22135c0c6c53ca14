using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Items.Engines;

/// <summary>Includes only what matches, under one folder: the contract's PINCLUDE and RINCLUDE.</summary>
/// <param name="Folder">The folder (TopDirectory), absolute.</param>
/// <param name="Pattern">The pattern (Value).</param>
/// <param name="IsRegex">A regular expression instead of a pattern with * and **.</param>
public sealed record PatternInclusion(string Folder, string Pattern, bool IsRegex);

/// <summary>What a Protected Item of type Files and Folders backs up: a view of its EngineProps. Keys that it does not know stay as they are.</summary>
/// <param name="props">The settings.</param>
public sealed class FileSelection(JsonObject props)
{
    private const string Include = "INCLUDE";
    private const string Exclude = "EXCLUDE";
    private const string RegexExclude = "REXCLUDE";
    private const string PatternInclude = "PINCLUDE";
    private const string RegexInclude = "RINCLUDE";
    private const string Snapshot = "USE_WIN_VSS";
    private const string Efs = "CONFIRM_EFS";
    private const string Rescan = "RESCAN_UNCHANGED";
    private const string Attributes = "EXTRA_ATTRIBUTES";

    /// <summary>Absolute paths to back up.</summary>
    public IReadOnlyList<string> Paths
    {
        get => props.List(Include);
        set => props.SetList(Include, value);
    }

    /// <summary>Patterns with * and ** to leave out.</summary>
    public IReadOnlyList<string> Exclusions
    {
        get => props.List(Exclude);
        set => props.SetList(Exclude, value);
    }

    /// <summary>Regular expressions to leave out.</summary>
    public IReadOnlyList<string> RegexExclusions
    {
        get => props.List(RegexExclude);
        set => props.SetList(RegexExclude, value);
    }

    /// <summary>Folders of which only what matches is backed up. An entry that is not the contract's JSON reads as one with an empty folder.</summary>
    public IReadOnlyList<PatternInclusion> Inclusions
    {
        get => [.. props.List(PatternInclude).Select(static t => Read(t, false)), .. props.List(RegexInclude).Select(static t => Read(t, true))];
        set
        {
            props.SetList(PatternInclude, [.. value.Where(static i => !i.IsRegex).Select(Write)]);
            props.SetList(RegexInclude, [.. value.Where(static i => i.IsRegex).Select(Write)]);
        }
    }

    /// <summary>Take a snapshot of the file system first, so that open files are backed up as they were at one moment.</summary>
    public bool TakeSnapshot
    {
        get => props.ContainsKey(Snapshot);
        set => props.SetPresent(Snapshot, value);
    }

    /// <summary>Back up files encrypted by Windows (EFS) without asking.</summary>
    public bool ConfirmEfs
    {
        get => props.ContainsKey(Efs);
        set => props.SetPresent(Efs, value);
    }

    /// <summary>Read files again whose size and times have not changed.</summary>
    public bool RescanUnchanged
    {
        get => props.ContainsKey(Rescan);
        set => props.SetPresent(Rescan, value);
    }

    /// <summary>Back up further attributes of files.</summary>
    public bool ExtraAttributes
    {
        get => props.ContainsKey(Attributes);
        set => props.SetPresent(Attributes, value);
    }

    /// <summary>True for a key that this view shows.</summary>
    public static bool Knows(string key) => key is Snapshot or Efs or Rescan or Attributes
        || new[] { Include, Exclude, RegexExclude, PatternInclude, RegexInclude }.Any(p => key.StartsWith(p, StringComparison.Ordinal));

    private static PatternInclusion Read(string json, bool isRegex)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject at ? new PatternInclusion(at.Text("TopDirectory"), at.Text("Value"), isRegex) : new PatternInclusion("", json, isRegex);
        }
        catch (JsonException)
        {
            return new PatternInclusion("", json, isRegex); // shown as it is, so that a person can mend it
        }
    }

    private static string Write(PatternInclusion inclusion) => new JsonObject { ["TopDirectory"] = inclusion.Folder, ["Value"] = inclusion.Pattern }.ToJsonString();
}
