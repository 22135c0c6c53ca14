using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>A Protected Item of type Files and Folders as its editor sees it (spec/01 §5.1).</summary>
/// <param name="Name">Its name.</param>
/// <param name="DeviceId">The device it belongs to.</param>
/// <param name="Paths">What to back up: absolute paths.</param>
/// <param name="Exclusions">What to leave out: glob patterns.</param>
public sealed record FileItem(string Name, string DeviceId, IReadOnlyList<string> Paths, IReadOnlyList<string> Exclusions)
{
    /// <summary>The engine's name in the contract.</summary>
    public const string Engine = "engine1/file";

    private const string Include = "INCLUDE";
    private const string Exclude = "EXCLUDE";
    private const int MaxName = 255;
    private const int MaxEntries = 1_000;
    private const int MaxText = 4_096;

    /// <summary>Reads it out of a SourceConfig, in the order of the keys' numbers.</summary>
    public static FileItem From(JsonObject item) => new(
        item.Text("Description"), item.Text("OwnerDevice"), Values(item.Map("EngineProps"), Include), Values(item.Map("EngineProps"), Exclude));

    /// <summary>Writes it into a SourceConfig; other settings of the engine stay as they are.</summary>
    public void WriteTo(JsonObject item)
    {
        item["Engine"] = Engine;
        item["Description"] = Name;
        item["OwnerDevice"] = DeviceId;
        var props = item.MapForWrite("EngineProps");
        foreach (var key in props.Select(static p => p.Key).Where(static k => Is(k, Include) || Is(k, Exclude)).ToArray())
        {
            props.Remove(key);
        }

        for (var i = 0; i < Paths.Count; i++)
        {
            props[Include + i] = Paths[i];
        }

        for (var i = 0; i < Exclusions.Count; i++)
        {
            props[Exclude + i] = Exclusions[i];
        }
    }

    /// <summary>Checks name, paths and exclusions; <paramref name="os"/> is the device's operating system, empty when unknown.</summary>
    public Outcome Check(string os)
    {
        if (Name.Trim().Length == 0 || Name.Length > MaxName || Name.Any(char.IsControl))
        {
            return Outcome.Invalid($"Give the Protected Item a name of 1 to {MaxName} characters.");
        }

        if (Paths.Count == 0)
        {
            return Outcome.Invalid("Name at least one path to back up.");
        }

        if (Paths.Count > MaxEntries || Exclusions.Count > MaxEntries)
        {
            return Outcome.Invalid($"At most {MaxEntries} paths and {MaxEntries} exclusions are allowed.");
        }

        foreach (var path in Paths)
        {
            if (path.Length > MaxText || path.Any(char.IsControl))
            {
                return Outcome.Invalid($"The path {Shown(path)} is longer than {MaxText} characters or holds a control character.");
            }

            if (!IsAbsolute(path, os))
            {
                return Outcome.Invalid(os == "windows"
                    ? $"The path {Shown(path)} must be absolute, such as C:\\Users or \\\\server\\share."
                    : os.Length > 0 ? $"The path {Shown(path)} must be absolute, such as /home."
                    : $"The path {Shown(path)} must be absolute, such as /home or C:\\Users.");
            }
        }

        return Exclusions.FirstOrDefault(static e => e.Trim().Length == 0 || e.Length > MaxText || e.Any(char.IsControl)) is { } exclusion
            ? Outcome.Invalid($"The exclusion {Shown(exclusion)} is empty, longer than {MaxText} characters, or holds a control character.")
            : Outcome.Done;
    }

    private static bool IsAbsolute(string path, string os)
    {
        var unix = path.StartsWith('/');
        var windows = path.StartsWith(@"\\", StringComparison.Ordinal) && path.Length > 2
            || path.Length >= 3 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] is '\\' or '/';
        return os switch
        {
            "windows" => windows,
            "" => unix || windows,
            _ => unix,
        };
    }

    private static string[] Values(JsonObject props, string prefix) =>
    [
        .. props.Select(static p => p.Key).Where(k => Is(k, prefix)).OrderBy(k => int.TryParse(k.AsSpan(prefix.Length), out var n) ? n : int.MaxValue)
            .ThenBy(static k => k, StringComparer.Ordinal).Select(k => props.Text(k)),
    ];

    private static bool Is(string key, string prefix) => key.StartsWith(prefix, StringComparison.Ordinal);

    private static string Shown(string text) => new([.. text.Take(100).Select(static c => char.IsControl(c) ? '\ufffd' : c)]);
}
