using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices;

/// <summary>Answers about devices in the contract's frozen names, and its options of a run.</summary>
public static class DeviceWire
{
    /// <summary>LiveUserConnection.</summary>
    public static JsonObject Connection(string username, LiveConnection connection) => new()
    {
        ["Username"] = username,
        ["DeviceID"] = connection.DeviceId,
        ["ReportedVersion"] = connection.Version,
        ["ReportedPlatform"] = connection.Platform,
        ["ReportedPlatformVersion"] = new JsonObject
        {
            ["version"] = connection.Os.Version,
            ["distribution"] = connection.Os.Distribution,
            ["os"] = connection.Os.Os,
            ["arch"] = connection.Os.Arch,
        },
        ["DeviceTimeZone"] = connection.TimeZone,
        ["IPAddress"] = connection.Address,
        ["ConnectionTime"] = connection.Since.ToUnixTimeSeconds(),
        ["AllowsFilenames"] = connection.AllowsFilenames,
    };

    /// <summary>StoredObject, of a file or folder of a device. A folder's subtree is its path, to be asked for next.</summary>
    public static JsonObject Stored(FolderEntry entry) => new()
    {
        ["name"] = entry.Name,
        ["mtime"] = entry.Modified,
        ["type"] = entry.Kind switch { FolderEntryKind.Folder => "dir", FolderEntryKind.Link => "symlink", FolderEntryKind.Other => "dev", _ => "file" },
        ["subtree"] = entry.Kind == FolderEntryKind.Folder ? entry.Path : "",
        ["size"] = entry.Size,
    };

    /// <summary>VaultSnapshot.</summary>
    public static JsonObject Snapshot(SnapshotEntry snapshot, string engine) => new()
    {
        ["Snapshot"] = snapshot.Id,
        ["EngineType"] = engine,
        ["Source"] = snapshot.ItemId,
        ["CreateTime"] = snapshot.Time,
        ["HasOriginalPathInfo"] = snapshot.Paths.Length > 0,
        ["Tags"] = new JsonArray([.. snapshot.Tags.Select(static t => (JsonNode)t)]),
    };

    /// <summary>DispatchWithJobIDResponse.</summary>
    public static JsonObject Dispatched(string jobId) => new() { ["Status"] = 200, ["Message"] = "OK", ["JobID"] = jobId };

    /// <summary>The options as devices get them.</summary>
    public static BackupOptions Options(WantedOptions wanted) => new(
        wanted.SkipAlreadyRunning, wanted.LimitVaultSpeedBps, wanted.StopAfter, wanted.ReduceDiskConcurrency, wanted.AllowZeroFilesSuccess,
        (int)Math.Clamp(wanted.ConcurrencyCount, int.MinValue, int.MaxValue), wanted.LogLevel ?? "", (int)Math.Clamp(wanted.AutoRetentionLevel, int.MinValue, int.MaxValue),
        wanted.UseOnDiskIndexes, wanted.Tags ?? "");
}

/// <summary>BackupJobAdvancedOptions as callers send them; what they leave out has its default.</summary>
public sealed record WantedOptions
{
    /// <summary>End as Skipped when the vault is busy.</summary>
    public bool SkipAlreadyRunning { get; init; }

    /// <summary>Seconds, 0 for never.</summary>
    public long StopAfter { get; init; }

    /// <summary>Bytes per second, 0 for no limit.</summary>
    public long LimitVaultSpeedBps { get; init; }

    /// <summary>Read with less strain on the disk.</summary>
    public bool ReduceDiskConcurrency { get; init; }

    /// <summary>Keep indexes on disk.</summary>
    public bool UseOnDiskIndexes { get; init; }

    /// <summary>A backup of nothing is a success.</summary>
    public bool AllowZeroFilesSuccess { get; init; }

    /// <summary>0 for automatic.</summary>
    public long AutoRetentionLevel { get; init; }

    /// <summary>0 for the default.</summary>
    public long ConcurrencyCount { get; init; }

    /// <summary>Empty for the default.</summary>
    public string? LogLevel { get; init; }

    /// <summary>Empty for none.</summary>
    public string? Tags { get; init; }
}

/// <summary>The shapes that callers send.</summary>
[JsonSerializable(typeof(WantedOptions))]
[JsonSerializable(typeof(string[]))]
public sealed partial class DeviceWireJson : JsonSerializerContext;
