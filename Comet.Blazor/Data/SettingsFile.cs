using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Data;

/// <summary>
/// The settings document <c>cometd.cfg</c> (contract: ServerConfigOptions). Unknown fields survive. Written atomically:
/// new file, sync, rename, sync of the folder; the previous one is kept as <c>cometd.cfg.bak</c>.
/// </summary>
public sealed class SettingsFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly string _path;
    private readonly Lock _gate = new();
    private JsonObject _root;

    private SettingsFile(string path, JsonObject root)
    {
        _path = path;
        _root = root;
    }

    /// <summary>Rings when the settings have changed.</summary>
    public LiveSignal Changed { get; } = new();

    /// <summary>True when the file did not exist before.</summary>
    public bool IsNew { get; private init; }

    /// <summary>Reads the file, or starts with an empty document.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON object; the message names file and line.</exception>
    public static SettingsFile Open(string path)
    {
        if (!File.Exists(path))
        {
            return new SettingsFile(path, []) { IsNew = true };
        }

        try
        {
            return new SettingsFile(path, JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new InvalidDataException($"The settings file {path} holds no JSON object."));
        }
        catch (JsonException ex)
        {
            throw new InvalidDataException($"The settings file {path} is not valid JSON at line {ex.LineNumber + 1}: {ex.Message}", ex);
        }
    }

    /// <summary>Reads under the lock; do not keep nodes.</summary>
    public T Read<T>(Func<JsonObject, T> read)
    {
        lock (_gate)
        {
            return read(_root);
        }
    }

    /// <summary>Changes a copy, writes it to disk, then makes it current. An exception changes nothing.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public T Update<T>(Func<JsonObject, T> change)
    {
        T answer;
        lock (_gate)
        {
            var copy = (JsonObject)_root.DeepClone();
            answer = change(copy);
            File.WriteAllText(_path + ".new", copy.ToJsonString(Indented));
            File.Move(_path + ".new", _path, overwrite: true);
            _root = copy;
        }

        Changed.Raise();
        return answer;
    }
}
