using System.IO.Enumeration;
using System.IO.Pipelines;
using System.Text.Json;

namespace Comet.Blazor.Features.Storage;

/// <summary>Reads folders of a bucket; what is no object (temporaries, links, foreign files) is left out.</summary>
internal static class ObjectList
{
    private static readonly EnumerationOptions Plain = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    /// <summary>Objects of one folder with their sizes.</summary>
    public static IEnumerable<(string Name, long Size)> Of(string folder) => new FileSystemEnumerable<(string Name, long Size)>(
        folder, static (ref FileSystemEntry e) => (e.FileName.ToString(), e.Length), Plain)
    {
        ShouldIncludePredicate = static (ref FileSystemEntry e) => StorageTarget.IsId(e.FileName) && !e.IsDirectory,
    };

    /// <summary>True when the folder exists and is no link.</summary>
    public static bool Exists(string folder) => new DirectoryInfo(folder) is { Exists: true, LinkTarget: null };

    /// <summary>
    /// Writes the list of a type as restic wants it, piece by piece: version 2 with sizes, version 1 names only. False, and nothing written,
    /// when the folder does not exist.
    /// </summary>
    public static async Task<bool> WriteAsync(string bucketPath, string type, bool withSizes, PipeWriter output, Action started, CancellationToken ct)
    {
        const int Piece = 64 * 1024;
        var top = Path.Combine(bucketPath, type);
        if (!Exists(top))
        {
            return false;
        }

        started();
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartArray();
        foreach (var folder in type == "data" ? DataFolders(top) : [top])
        {
            var prefix = type == "data" ? Path.GetFileName(folder) : "";
            foreach (var (name, size) in Of(folder))
            {
                if (!name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    continue; // not where a reader would look for it
                }

                Write(json, name, size, withSizes);
                if (json.BytesPending + output.UnflushedBytes >= Piece)
                {
                    json.Flush();
                    await output.FlushAsync(ct);
                }
            }
        }

        json.WriteEndArray();
        json.Flush();
        await output.FlushAsync(ct);
        return true;
    }

    private static IEnumerable<string> DataFolders(string data) => new FileSystemEnumerable<string>(data, static (ref FileSystemEntry e) => e.ToFullPath(), Plain)
    {
        ShouldIncludePredicate = static (ref FileSystemEntry e) => e.IsDirectory && e.FileName.Length == 2,
    };

    private static void Write(Utf8JsonWriter json, string name, long size, bool withSize)
    {
        if (!withSize)
        {
            json.WriteStringValue(name);
            return;
        }

        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteNumber("size"u8, size);
        json.WriteEndObject();
    }
}
