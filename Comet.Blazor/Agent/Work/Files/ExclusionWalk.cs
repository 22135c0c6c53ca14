using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Agent.Work.Files;

/// <summary>
/// Turns what restic does not know (regular expressions, inclusion by pattern) into patterns that it does: looks at every path below the
/// folders concerned and says what to leave out, whole folders where nothing of them is wanted, whole endings and names where all files that have
/// them go, and single paths for the rest.
/// </summary>
public sealed class ExclusionWalk
{
    // Fewer single paths cost restic less than a second look costs us.
    private const int FewPaths = 500;
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };
    private readonly string[] _paths;
    private readonly Regex[] _exclusions;
    private readonly (string Top, Regex Match, bool Glob)[] _patterns;
    private readonly CancellationToken _ct;
    private readonly List<(string Folder, string Name)> _out = [];
    private readonly Dictionary<string, (long Out, long All)> _endings = new(StringComparer.Ordinal);
    private Dictionary<string, (long Out, long All)>? _names;

    private ExclusionWalk(FileSelection selection, CancellationToken ct)
    {
        _paths = [.. selection.Paths.Select(Path.TrimEndingDirectorySeparator)];
        _exclusions = [.. selection.RegexExclusions.Select(PathRegex.Of)];
        _patterns = [.. selection.Patterns.Select(static p => (Path.TrimEndingDirectorySeparator(p.Top), p.Compile(), !p.Regex))];
        _ct = ct;
    }

    /// <summary>Paths looked at.</summary>
    public long Seen { get; private set; }

    /// <summary>The folders and files that restic is to back up.</summary>
    public IReadOnlyList<string> Roots { get; private set; } = [];

    /// <summary>What restic is to leave out of them, as lines of <see cref="ResticPattern"/>.</summary>
    public IReadOnlyList<string> Exclusions { get; private set; } = [];

    /// <summary>Looks. Takes as long as restic's own look, and memory for what is left out.</summary>
    /// <exception cref="AgentFailure">A pattern means nothing.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ExclusionWalk Run(FileSelection selection, CancellationToken ct)
    {
        var walk = new ExclusionWalk(selection, ct);
        var all = walk._paths.Concat(walk._patterns.Select(static p => p.Top)).Distinct(StringComparer.Ordinal).ToArray();
        walk.Roots = [.. all.Where(r => !all.Any(other => other != r && IsWithin(r, other)))];
        List<string> lines = [];
        foreach (var root in walk.Roots)
        {
            lines.AddRange(walk.Walk(root));
        }

        walk.Exclusions = lines;
        return walk;
    }

    private static bool IsWithin(string path, string folder) =>
        path.Length > folder.Length && path.StartsWith(folder, StringComparison.Ordinal) && (Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar);

    private static string Ending(string name) => name.LastIndexOf('.') is > 0 and var dot ? name[dot..] : "";

    private IEnumerable<string> Walk(string root)
    {
        (_names, Seen) = (null, Seen);
        _out.Clear();
        _endings.Clear();
        if (!Directory.Exists(root) || new DirectoryInfo(root).LinkTarget is not null)
        {
            return IsOut(root) ? [ResticPattern.OfPath(root)] : [];
        }

        if (IsOut(root) || !Folder(root, IsTaken(root)))
        {
            return [ResticPattern.OfPath(root)];
        }

        HashSet<string> endings = [.. _endings.Where(static e => e.Value.Out == e.Value.All && e.Value.Out > 1).Select(static e => e.Key)];
        _out.RemoveAll(o => endings.Contains(Ending(o.Name)));
        HashSet<string> names = [];
        if (_out.Count > FewPaths)
        {
            names = NamesThatGo(root);
            _out.RemoveAll(o => names.Contains(o.Name));
        }

        return
        [
            .. endings.Select(e => ResticPattern.OfSuffix(root, e)), .. names.Select(n => ResticPattern.OfName(root, n)),
            .. _out.Select(static o => ResticPattern.OfPath(Path.Join(o.Folder, o.Name))),
        ];
    }

    /// <summary>Names of files and folders that are left out wherever they are.</summary>
    private HashSet<string> NamesThatGo(string root)
    {
        var rest = _out.ToList();
        var seen = Seen;
        _names = _out.Select(static o => o.Name).Distinct(StringComparer.Ordinal).ToDictionary(static n => n, static _ => (0L, 0L), StringComparer.Ordinal);
        _out.Clear();
        Folder(root, IsTaken(root));
        var names = _names.Where(static n => n.Value.Out == n.Value.All && n.Value.Out > 1).Select(static n => n.Key).ToHashSet(StringComparer.Ordinal);
        Seen = seen;
        _out.Clear();
        _out.AddRange(rest);
        return names;
    }

    /// <summary>Looks into a folder; false when nothing of it is wanted.</summary>
    private bool Folder(string path, bool taken)
    {
        _ct.ThrowIfCancellationRequested();
        var mark = _out.Count;
        var wanted = taken;
        List<(string Name, bool IsFolder)> entries;
        try
        {
            entries = [.. new FileSystemEnumerable<(string, bool)>(
                path, static (ref FileSystemEntry e) => (e.FileName.ToString(), e.IsDirectory && (e.Attributes & FileAttributes.ReparsePoint) == 0), Everything)];
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return true; // restic tells that it can't be read
        }

        foreach (var (name, isFolder) in entries)
        {
            Seen++;
            wanted |= Entry(path, name, isFolder, taken);
        }

        if (!wanted)
        {
            _out.RemoveRange(mark, _out.Count - mark); // the folder goes as a whole
        }

        return wanted;
    }

    private bool Entry(string folder, string name, bool isFolder, bool taken)
    {
        var path = Path.Join(folder, name);
        var goes = IsOut(path) || (isFolder && IsOut(path + Path.DirectorySeparatorChar));
        var wanted = !goes && (isFolder ? Folder(path, taken || IsTaken(path)) : taken || IsTaken(path));
        Count(_endings, Ending(name), wanted);
        if (_names is not null && _names.ContainsKey(name))
        {
            Count(_names, name, wanted);
        }

        if (!wanted)
        {
            _out.Add((folder, name));
        }

        return wanted;
    }

    private static void Count(Dictionary<string, (long Out, long All)> counts, string key, bool wanted)
    {
        if (key.Length > 0)
        {
            var (gone, all) = counts.GetValueOrDefault(key);
            counts[key] = (wanted ? gone : gone + 1, all + 1);
        }
    }

    private bool IsOut(string path) => _exclusions.Any(e => e.IsMatch(path));

    /// <summary>True when the path, and with it what is below, is selected by itself.</summary>
    private bool IsTaken(string path) =>
        _paths.Any(p => p == path || IsWithin(path, p))
        || _patterns.Any(p => IsWithin(path, p.Top) && p.Match.IsMatch(p.Glob ? PathRegex.ForGlob(path) : path));
}
