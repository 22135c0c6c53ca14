using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Data.Disk;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Data;

/// <summary>
/// The settings document <c>cometd.cfg</c> (contract: ServerConfigOptions). Unknown fields survive. Written atomically:
/// new file, sync, rename, sync of the folder; the previous one is kept as <c>cometd.cfg.bak</c>. Readable by this user alone.
/// </summary>
public sealed class SettingsFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // A name given twice would be found only when the object is first asked.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly IDisk _disk;
    private readonly string _path;
    private readonly Lock _gate = new();
    private JsonObject _root;

    private SettingsFile(IDisk disk, string path, JsonObject root)
    {
        _disk = disk;
        _path = path;
        _root = root;
    }

    /// <summary>Rings when the settings have changed.</summary>
    public LiveSignal Changed { get; } = new();

    /// <summary>True when the file did not exist before.</summary>
    public bool IsNew { get; private init; }

    /// <summary>Reads the file, or starts with an empty document.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON object; the message names file and line.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static SettingsFile Open(string path) => Open(RealDisk.Instance, path);

    /// <inheritdoc cref="Open(string)" />
    public static SettingsFile Open(IDisk disk, string path)
    {
        if (!disk.Exists(path))
        {
            return new SettingsFile(disk, path, []) { IsNew = true };
        }

        byte[] bytes;
        using (var file = disk.Open(path))
        {
            bytes = new byte[file.Length];
            file.Read(0, bytes);
        }

        var hint = disk.Exists(Backup(path)) ? $" The settings before the last change are in {Backup(path)}: correct the file, or copy that one over it." : " Correct the file.";
        try
        {
            var text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes; // editors on Windows put a byte order mark
            JsonTexts.Check(text);
            return new SettingsFile(disk, path, JsonNode.Parse(text, documentOptions: Strict) as JsonObject ?? throw new InvalidDataException($"The settings file {path} holds no JSON object.{hint}"));
        }
        catch (JsonException ex)
        {
            throw new InvalidDataException($"The settings file {path} is not valid JSON at line {ex.LineNumber + 1}, byte {ex.BytePositionInLine + 1}: {Reason(ex)}{hint}", ex);
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
    /// <exception cref="IOException">The file could not be written; the message names it.</exception>
    public T Update<T>(Func<JsonObject, T> change)
    {
        T answer = default!;
        Commit(copy =>
        {
            answer = change(copy);
            return true;
        });
        return answer;
    }

    /// <summary>Like <see cref="Update{T}"/>; when <paramref name="change"/> refuses, nothing is written.</summary>
    /// <exception cref="IOException">The file could not be written; the message names it.</exception>
    public Outcome TryUpdate(Func<JsonObject, Outcome> change)
    {
        Outcome answer = default;
        Commit(copy => (answer = change(copy)).Ok);
        return answer;
    }

    private void Commit(Func<JsonObject, bool> change)
    {
        lock (_gate)
        {
            var copy = (JsonObject)_root.DeepClone();
            if (!change(copy))
            {
                return;
            }

            try
            {
                AtomicFile.Write(_disk, _path, JsonSerializer.SerializeToUtf8Bytes(copy, Indented), Backup(_path));
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"The settings could not be saved in {_path}: {ex.Message} Nothing was changed; free space on the disk or correct the rights, and try again.", ex);
            }

            _root = copy;
        }

        Changed.Raise();
    }

    private static string Backup(string path) => path + ".bak";

    private static string Reason(JsonException ex)
    {
        // The parser appends "LineNumber: 3 | BytePositionInLine: 5." to what it has to say; both stand in our sentence already.
        var end = ex.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? ex.Message : ex.Message[..end];
    }
}
