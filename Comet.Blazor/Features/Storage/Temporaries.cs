using System.IO.Enumeration;
using System.Security.Cryptography;

namespace Comet.Blazor.Features.Storage;

/// <summary>Names of unfinished uploads. Those of an earlier run of the server are leftovers of a crash.</summary>
internal static class Temporaries
{
    private const string Prefix = ".upload-";
    private static readonly string Mine = $"{Prefix}{RandomNumberGenerator.GetHexString(16, lowercase: true)}-";
    private static readonly EnumerationOptions WithHidden = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }; // the point in front hides them
    private static long _last;

    /// <summary>A name that no other upload has.</summary>
    public static string Next() => $"{Mine}{Interlocked.Increment(ref _last):x}";

    /// <summary>Removes the leftovers of earlier runs in a folder; answers how many.</summary>
    /// <exception cref="IOException">One can't be removed.</exception>
    public static int RemoveLeftovers(string folder)
    {
        var leftovers = new FileSystemEnumerable<string>(folder, static (ref FileSystemEntry e) => e.ToFullPath(), WithHidden)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry e) => !e.IsDirectory && e.FileName.StartsWith(Prefix, StringComparison.Ordinal)
                && !e.FileName.StartsWith(Mine, StringComparison.Ordinal),
        }.ToList();
        leftovers.ForEach(File.Delete);
        return leftovers.Count;
    }
}
