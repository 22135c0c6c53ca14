using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Comet.Blazor.Features.Storage;

/// <summary>What a storage address names.</summary>
public enum TargetKind
{
    /// <summary>Nothing of restic's protocol.</summary>
    Nothing,

    /// <summary>The repository itself: {bucket}/.</summary>
    Repository,

    /// <summary>A list of objects: {bucket}/{type}/.</summary>
    Collection,

    /// <summary>One object: {bucket}/{type}/{id}, or {bucket}/config.</summary>
    Object,
}

/// <summary>A parsed address of restic's protocol, and where it is on disk: the layout of restic's own local repository.</summary>
/// <param name="Kind">What it names.</param>
/// <param name="Type">data, index, keys, locks or snapshots; config for the one object without a hash.</param>
/// <param name="Id">64 lower-case hex digits; "config" for the configuration; empty otherwise.</param>
public readonly record struct StorageTarget(TargetKind Kind, string Type, string Id)
{
    /// <summary>First step of all storage addresses.</summary>
    public const string Root = "/storage/";

    /// <summary>Number of folders of a repository: 256 of data, the other four types, the repository itself.</summary>
    public const int Folders = 261;

    /// <summary>The types with flat folders, in the order of their numbers.</summary>
    public static readonly string[] FlatTypes = ["index", "keys", "locks", "snapshots"];

    /// <summary>The folders of data: 00 to ff.</summary>
    public static IEnumerable<string> DataFolders => Enumerable.Range(0, 256).Select(static i => i.ToString("x2", CultureInfo.InvariantCulture));

    /// <summary>True for the configuration, which is not named by its hash.</summary>
    public bool IsConfig => Type == "config";

    /// <summary>True for a lock.</summary>
    public bool IsLock => Type == "locks";

    /// <summary>The folder of the object, relative to the bucket; empty for the bucket itself.</summary>
    public string Folder => Type switch
    {
        "data" => "data/" + Id[..2],
        "config" => "",
        _ => Type,
    };

    /// <summary>The object's path, relative to the bucket.</summary>
    public string Path => IsConfig ? Id : $"{Folder}/{Id}";

    /// <summary>Number of the object's folder, from 0.</summary>
    public int FolderNumber => Type switch
    {
        "data" => Convert.ToInt32(Id[..2], 16),
        "config" => Folders - 1,
        _ => 256 + Array.IndexOf(FlatTypes, Type),
    };

    /// <summary>The folder with a number, relative to the bucket; empty for the bucket itself.</summary>
    public static string FolderOf(int number) => number switch
    {
        < 256 => $"data/{number:x2}",
        Folders - 1 => "",
        _ => FlatTypes[number - 256],
    };

    /// <summary>True for 64 lower-case hex digits.</summary>
    public static bool IsId(ReadOnlySpan<char> name) => name.Length == 64 && !name.ContainsAnyExcept("0123456789abcdef");

    /// <summary>Splits an address; false when it can't be a bucket's. The target is <see cref="TargetKind.Nothing"/> when the bucket part is fine and the rest is not.</summary>
    public static bool TryParse(string? path, [NotNullWhen(true)] out string? bucket, out StorageTarget target)
    {
        (bucket, target) = (null, default);
        if (path is null || !path.StartsWith(Root, StringComparison.Ordinal))
        {
            return false;
        }

        var slash = path.IndexOf('/', Root.Length);
        var name = slash < 0 ? path[Root.Length..] : path[Root.Length..slash];
        if (slash < 0 || !BucketNames.IsValid(name))
        {
            return false;
        }

        (bucket, target) = (name, Parse(path.AsSpan(slash + 1)));
        return true;
    }

    private static StorageTarget Parse(ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty)
        {
            return new StorageTarget(TargetKind.Repository, "", "");
        }

        if (rest is "config")
        {
            return new StorageTarget(TargetKind.Object, "config", "config");
        }

        var slash = rest.IndexOf('/');
        if (slash < 0 || TypeOf(rest[..slash]) is not { } type)
        {
            return default;
        }

        var id = rest[(slash + 1)..];
        return id.IsEmpty ? new StorageTarget(TargetKind.Collection, type, "")
            : IsId(id) ? new StorageTarget(TargetKind.Object, type, id.ToString())
            : default;
    }

    private static string? TypeOf(ReadOnlySpan<char> name) => name switch
    {
        "data" => "data",
        "index" => "index",
        "keys" => "keys",
        "locks" => "locks",
        "snapshots" => "snapshots",
        _ => null,
    };
}
