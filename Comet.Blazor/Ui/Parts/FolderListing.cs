using Comet.Blazor.Kernel;

namespace Comet.Blazor.Ui.Parts;

/// <summary>One thing in a folder, as <see cref="FileBrowser"/> shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its full path, in the words of the computer that it is on.</param>
/// <param name="IsFolder">True when it can be opened.</param>
/// <param name="Size">Bytes; null when it has none.</param>
/// <param name="Modified">When it was changed last; null when unknown.</param>
public sealed record FolderThing(string Name, string Path, bool IsFolder, long? Size = null, DateTimeOffset? Modified = null);

/// <summary>A part of a folder.</summary>
/// <param name="Things">What it holds, in the order to be shown.</param>
/// <param name="Next">To be given back for the next part; null after the last.</param>
public sealed record FolderListing(IReadOnlyList<FolderThing> Things, string? Next);

/// <summary>Reads a part of a folder.</summary>
/// <param name="path">The folder; empty for the places to begin with.</param>
/// <param name="after">The last part's <see cref="FolderListing.Next"/>; empty to begin.</param>
/// <param name="ct">Ends it.</param>
public delegate Task<Outcome<FolderListing>> FolderLoader(string path, string after, CancellationToken ct);

/// <summary>What is ticked in a <see cref="FileBrowser"/>: paths that are taken, and paths below them that are left out.</summary>
/// <param name="Taken">Full paths.</param>
/// <param name="LeftOut">Full paths below taken ones.</param>
public sealed record FileTicks(IReadOnlyList<string> Taken, IReadOnlyList<string> LeftOut)
{
    /// <summary>Nothing is ticked.</summary>
    public static FileTicks None { get; } = new([], []);

    /// <summary>True when this path is taken, by itself or by a folder above it.</summary>
    public bool Takes(string path)
    {
        var above = Nearest(path);
        return above is { Taken: true };
    }

    /// <summary>True when the path itself is not taken, or not whole: something below is decided otherwise.</summary>
    public bool IsMixed(string path) => Takes(path) ? LeftOut.Any(p => IsBelow(p, path)) : Taken.Any(p => IsBelow(p, path));

    /// <summary>The ticks after this path was ticked or unticked; what was decided below it is forgotten.</summary>
    public FileTicks With(string path, bool take)
    {
        var rest = new FileTicks([.. Taken.Where(p => p != path && !IsBelow(p, path))], [.. LeftOut.Where(p => p != path && !IsBelow(p, path))]);
        return rest.Takes(path) == take ? rest
            : take ? rest with { Taken = [.. rest.Taken, path] }
            : rest with { LeftOut = [.. rest.LeftOut, path] };
    }

    /// <summary>True when a path lies below another one; either kind of separator counts.</summary>
    public static bool IsBelow(string path, string folder) =>
        path.Length > folder.Length && path.StartsWith(folder, StringComparison.Ordinal) && (folder[^1] is '/' or '\\' || path[folder.Length] is '/' or '\\');

    private (string Path, bool Taken)? Nearest(string path) => Taken.Select(static p => (Path: p, Taken: true)).Concat(LeftOut.Select(static p => (Path: p, Taken: false)))
        .Where(p => p.Path == path || IsBelow(path, p.Path)).OrderByDescending(static p => p.Path.Length).Select(static p => ((string, bool)?)p).FirstOrDefault();
}
