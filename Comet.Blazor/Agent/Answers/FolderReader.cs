using System.IO.Enumeration;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Answers;

/// <summary>Reads folders of this computer for people who choose what to back up. A folder of a million files costs no more memory than a part of it.</summary>
public static class FolderReader
{
    // What an entry may take in JSON, where a character becomes six at most; a frame may have 1 MiB.
    private const int MaxCharacters = 120_000;
    private const char FolderMark = '0';
    private const char OtherMark = '1';
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    /// <summary>
    /// A part of a folder. Refusals: <see cref="Refusal.Invalid"/> for what is no full path, <see cref="Refusal.Missing"/> for a folder that is not
    /// there, <see cref="Refusal.Denied"/> for one that the agent's user may not read.
    /// </summary>
    public static Outcome<FolderPage> Read(BrowseFolder where, CancellationToken ct)
    {
        if (where.Path.Length == 0)
        {
            return new FolderPage("", Roots());
        }

        if (!Path.IsPathFullyQualified(where.Path) || where.Path.Contains('\0', StringComparison.Ordinal))
        {
            return Outcome.Invalid("The path must be a full path of this device.");
        }

        try
        {
            return Page(where, Math.Clamp(where.Limit, 1, FolderPage.MaxEntries), ct);
        }
        catch (Exception ex) when (ex is DirectoryNotFoundException or FileNotFoundException)
        {
            return Outcome.Missing($"There is no folder {where.Path} on this device.");
        }
        catch (UnauthorizedAccessException)
        {
            return Outcome.Denied($"The agent's user may not read {where.Path}.");
        }
        catch (IOException ex)
        {
            return Outcome.Refuse(Refusal.DeviceRefused, $"{where.Path} can't be read: {ex.Message}");
        }
    }

    private static FolderEntry[] Roots() => OperatingSystem.IsWindows()
        ? [.. DriveInfo.GetDrives().Where(static d => d.IsReady).Select(static d => new FolderEntry(d.Name, d.RootDirectory.FullName, FolderEntryKind.Folder, 0, 0))]
        : [new FolderEntry("/", "/", FolderEntryKind.Folder, 0, 0)];

    private static FolderPage Page(BrowseFolder where, int limit, CancellationToken ct)
    {
        // Of all entries behind the mark the first ones are wanted: a heap whose top is the last of those kept.
        var kept = new PriorityQueue<string, string>(limit + 2, Comparer<string>.Create(static (a, b) => string.CompareOrdinal(b, a)));
        foreach (var key in Keys(where.Path))
        {
            ct.ThrowIfCancellationRequested();
            if (string.CompareOrdinal(key, where.After) > 0)
            {
                kept.Enqueue(key, key);
                if (kept.Count > limit + 1)
                {
                    kept.Dequeue();
                }
            }
        }

        string[] keys = [.. kept.UnorderedItems.Select(static i => i.Element).Order(StringComparer.Ordinal)];
        List<FolderEntry> entries = [];
        var characters = 0;
        foreach (var key in keys.Take(limit))
        {
            var entry = Entry(where.Path, key);
            characters += entry.Name.Length + entry.Path.Length + 20;
            if (characters > MaxCharacters && entries.Count > 0)
            {
                break;
            }

            entries.Add(entry);
        }

        return new FolderPage(where.Path, [.. entries], entries.Count < keys.Length ? keys[entries.Count - 1] : null);
    }

    private static FileSystemEnumerable<string> Keys(string folder) => new(
        folder, static (ref FileSystemEntry e) => (IsFolder(ref e) ? FolderMark : OtherMark) + e.FileName.ToString(), Everything);

    private static bool IsFolder(ref FileSystemEntry entry) => entry.IsDirectory && (entry.Attributes & FileAttributes.ReparsePoint) == 0;

    private static FolderEntry Entry(string folder, string key)
    {
        var path = Path.Combine(folder, key[1..]);
        if (key[0] == FolderMark)
        {
            return new FolderEntry(key[1..], path, FolderEntryKind.Folder, 0, Modified(new DirectoryInfo(path)));
        }

        var file = new FileInfo(path);
        try
        {
            return file switch
            {
                { LinkTarget: not null } => new FolderEntry(key[1..], path, FolderEntryKind.Link, 0, Modified(file)),
                { Exists: true } when (file.Attributes & FileAttributes.Device) == 0 => new FolderEntry(key[1..], path, FolderEntryKind.File, file.Length, Modified(file)),
                _ => new FolderEntry(key[1..], path, FolderEntryKind.Other, 0, 0),
            };
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return new FolderEntry(key[1..], path, FolderEntryKind.Other, 0, 0); // gone, or closed to us: it is there all the same
        }
    }

    private static long Modified(FileSystemInfo info) =>
        info.Exists || info.LinkTarget is not null ? new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero).ToUnixTimeSeconds() : 0;
}
