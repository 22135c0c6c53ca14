using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Agent.Engine;

/// <summary>A line of <c>restic backup --json</c>. restic leaves out what is zero.</summary>
public sealed record ResticLine
{
    /// <summary>status, error or summary.</summary>
    [JsonPropertyName("message_type")]
    public string MessageType { get; init; } = "";

    /// <summary>Files found so far.</summary>
    [JsonPropertyName("total_files")]
    public long TotalFiles { get; init; }

    /// <summary>Files done.</summary>
    [JsonPropertyName("files_done")]
    public long FilesDone { get; init; }

    /// <summary>Bytes found so far.</summary>
    [JsonPropertyName("total_bytes")]
    public long TotalBytes { get; init; }

    /// <summary>Bytes done.</summary>
    [JsonPropertyName("bytes_done")]
    public long BytesDone { get; init; }

    /// <summary>What is being read.</summary>
    [JsonPropertyName("current_files")]
    public string[]? CurrentFiles { get; init; }

    /// <summary>Of an error: the path.</summary>
    [JsonPropertyName("item")]
    public string? Item { get; init; }

    /// <summary>Of an error: the error, in a shape that differs between versions.</summary>
    [JsonPropertyName("error")]
    public JsonElement? Error { get; init; }

    /// <summary>Of a summary: new directories.</summary>
    [JsonPropertyName("dirs_new")]
    public long DirsNew { get; init; }

    /// <summary>Of a summary: changed directories.</summary>
    [JsonPropertyName("dirs_changed")]
    public long DirsChanged { get; init; }

    /// <summary>Of a summary: unmodified directories.</summary>
    [JsonPropertyName("dirs_unmodified")]
    public long DirsUnmodified { get; init; }

    /// <summary>Of a summary: new data blobs.</summary>
    [JsonPropertyName("data_blobs")]
    public long DataBlobs { get; init; }

    /// <summary>Of a summary: bytes added to the repository.</summary>
    [JsonPropertyName("data_added")]
    public long DataAdded { get; init; }

    /// <summary>Of a summary: files processed.</summary>
    [JsonPropertyName("total_files_processed")]
    public long TotalFilesProcessed { get; init; }

    /// <summary>Of a summary: bytes processed.</summary>
    [JsonPropertyName("total_bytes_processed")]
    public long TotalBytesProcessed { get; init; }

    /// <summary>Of a summary: the snapshot, abbreviated by versions before 0.15.</summary>
    [JsonPropertyName("snapshot_id")]
    public string SnapshotId { get; init; } = "";
}

/// <summary>An entry of <c>restic snapshots --json</c>.</summary>
/// <param name="Id">The full id.</param>
public sealed record ResticSnapshot([property: JsonPropertyName("id")] string Id);

/// <summary>A request that the storage refused and that restic would repeat for a quarter of an hour.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Reason">The HTTP reason phrase.</param>
public sealed record StorageRefusal(int Status, string Reason);

/// <summary>Reads what restic prints.</summary>
public static partial class ResticOutput
{
    /// <summary>A JSON line; null for any other text.</summary>
    public static ResticLine? Read(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize(line, ResticJson.Default.ResticLine) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The snapshots that <c>restic snapshots --json</c> lists.</summary>
    public static IReadOnlyList<ResticSnapshot> Snapshots(string text)
    {
        try
        {
            return text.Length > 0 ? JsonSerializer.Deserialize(text, ResticJson.Default.ResticSnapshotArray) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>The refusal that a line of text tells of; null when it tells of none, or of one that may pass.</summary>
    public static StorageRefusal? Refusal(string line) => Status().Match(line) is { Success: true } match && int.Parse(match.Groups["status"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) is 401 or 403 or 404 or 507
        ? new StorageRefusal(int.Parse(match.Groups["status"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture), match.Groups["reason"].Value.Trim())
        : null;

    /// <summary>What went wrong with a path, in words.</summary>
    public static string Describe(JsonElement? error)
    {
        if (error is not { ValueKind: JsonValueKind.Object } told)
        {
            return error?.ToString() is { Length: > 0 } text ? text : "it could not be read";
        }

        if (told.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
        {
            return message.GetString()!;
        }

        return told.TryGetProperty("Err", out var number) && number.TryGetInt32(out var errno) ? Marshal.GetPInvokeErrorMessage(errno) : told.ToString();
    }

    // "Save(<data/…>) returned error, retrying after 1s: server response unexpected: 507 Disk full (507)" and
    // "Fatal: unable to open config file: unexpected HTTP response (401): 401 Unauthorized"
    [GeneratedRegex(@"(?:server response unexpected|unexpected HTTP response \(\d{3}\)): (?<status>\d{3}) (?<reason>[^()]*)")]
    private static partial Regex Status();
}

/// <summary>The JSON shapes of restic.</summary>
[JsonSerializable(typeof(ResticLine))]
[JsonSerializable(typeof(ResticSnapshot[]))]
public sealed partial class ResticJson : JsonSerializerContext;
