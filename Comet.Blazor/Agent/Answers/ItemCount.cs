using System.IO.Enumeration;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Answers;

/// <summary>Counts what a selection of files holds, as restic would take it: links are not followed, what can't be read is told.</summary>
/// <param name="paths">What is selected.</param>
/// <param name="missing">What of it does not exist.</param>
/// <param name="exclusions">What is left out.</param>
public sealed class ItemCount(IReadOnlyList<string> paths, IReadOnlyList<string> missing, Exclusions exclusions)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };
    private readonly Lock _gate = new();
    private ItemEstimate _sum = new(Ended: false, Complete: false, 0, 0, 0, [.. missing], 0);

    /// <summary>What was found so far.</summary>
    public ItemEstimate Sum
    {
        get
        {
            lock (_gate)
            {
                return _sum;
            }
        }
    }

    /// <summary>Counts until all is counted or it is stopped; both is told by <see cref="Sum"/>.</summary>
    public void Run(CancellationToken stop)
    {
        var folders = new Stack<string>();
        foreach (var path in Roots())
        {
            Take(path, folders);
        }

        while (!stop.IsCancellationRequested && folders.TryPop(out var folder))
        {
            Open(folder, folders, stop);
        }

        var complete = !stop.IsCancellationRequested;
        lock (_gate)
        {
            _sum = _sum with { Ended = true, Complete = complete };
        }
    }

    /// <summary>The selected paths; one within another does not count twice.</summary>
    private IEnumerable<string> Roots()
    {
        var real = paths.Except(missing).Select(static p => Path.TrimEndingDirectorySeparator(Path.GetFullPath(p))).Distinct(StringComparer.Ordinal).ToList();
        return real.Where(p => !exclusions.Hold(p) && !real.Any(o => o != p && p.StartsWith(Path.EndsInDirectorySeparator(o) ? o : o + Path.DirectorySeparatorChar, StringComparison.Ordinal)));
    }

    private void Take(string path, Stack<string> folders)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            return;
        }

        if (file.Exists)
        {
            Add(1, 0, file.Length, 0);
        }
        else
        {
            folders.Push(path);
        }
    }

    private void Open(string folder, Stack<string> folders, CancellationToken stop)
    {
        long files = 0;
        long bytes = 0;
        long unreadable = 0;
        try
        {
            foreach (var (path, isFolder, length) in Entries(folder))
            {
                if (stop.IsCancellationRequested)
                {
                    break;
                }

                if (exclusions.Hold(path))
                {
                    continue;
                }

                if (isFolder)
                {
                    folders.Push(path);
                }
                else if (length >= 0)
                {
                    files++;
                    bytes += length;
                }
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            unreadable = 1;
        }

        Add(files, 1, bytes, unreadable);
    }

    /// <summary>A length below zero is nothing that restic counts: a link.</summary>
    private static FileSystemEnumerable<(string Path, bool IsFolder, long Length)> Entries(string folder) => new(
        folder,
        static (ref FileSystemEntry e) => (e.Attributes & FileAttributes.ReparsePoint) != 0 ? (e.ToFullPath(), false, -1)
            : e.IsDirectory ? (e.ToFullPath(), true, 0) : (e.ToFullPath(), false, e.Length),
        Everything);

    private void Add(long files, long folders, long bytes, long unreadable)
    {
        lock (_gate)
        {
            _sum = _sum with { Files = _sum.Files + files, Folders = _sum.Folders + folders, Bytes = _sum.Bytes + bytes, Unreadable = _sum.Unreadable + unreadable };
        }
    }
}
