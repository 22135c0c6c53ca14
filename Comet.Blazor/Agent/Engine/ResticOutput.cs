using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Agent.Engine;

/// <summary>A line of <c>restic backup --json</c>. restic leaves out what is zero.</summary>
public sealed record ResticLine
{
    /// <summary><see cref="Action"/> when all that is selected has been looked for.</summary>
    public const string Scanned = "scan_finished";

    /// <summary>status, error or summary.</summary>
    [JsonPropertyName("message_type")]
    public string MessageType { get; init; } = "";

    /// <summary>Of a verbose line: what has been done.</summary>
    [JsonPropertyName("action")]
    public string Action { get; init; } = "";

    /// <summary>Of a verbose line: bytes concerned.</summary>
    [JsonPropertyName("data_size")]
    public long DataSize { get; init; }

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

/// <summary>An entry of <c>restic key list --json</c>.</summary>
/// <param name="Id">The key.</param>
/// <param name="Current">True for the one that opened the repository.</param>
public sealed record ResticKey([property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("current")] bool Current);

/// <summary>What <c>restic cat lock</c> prints.</summary>
/// <param name="Exclusive">Nobody else may work meanwhile.</param>
public sealed record ResticLock([property: JsonPropertyName("exclusive")] bool Exclusive)
{
    /// <summary>When it was set, or held on to.</summary>
    [JsonPropertyName("time")]
    public DateTimeOffset Time { get; init; }

    /// <summary>The computer's name.</summary>
    [JsonPropertyName("hostname")]
    public string Hostname { get; init; } = "";

    /// <summary>The person that runs the program there.</summary>
    [JsonPropertyName("username")]
    public string Username { get; init; } = "";

    /// <summary>The process there.</summary>
    [JsonPropertyName("pid")]
    public int Pid { get; init; }
}

/// <summary>What <c>restic stats --json</c> prints.</summary>
/// <param name="TotalSize">Bytes.</param>
public sealed record ResticStats([property: JsonPropertyName("total_size")] long TotalSize);

/// <summary>A request that the storage refused and that restic would repeat for a quarter of an hour.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Reason">The HTTP reason phrase.</param>
public sealed record StorageRefusal(int Status, string Reason);

/// <summary>Reads what restic prints.</summary>
public static partial class ResticOutput
{
    private const int LockedCode = 11;

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

    /// <summary>A lock, as <c>restic cat lock</c> prints it; null for what is none.</summary>
    public static ResticLock? Lock(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, ResticJson.Default.ResticLock);
        }
        catch (JsonException)
        {
            return null; // gone while it was read
        }
    }

    /// <summary>The id of the key that opened the repository, in what <c>restic key list --json</c> prints; null when it can't be read.</summary>
    public static string? CurrentKey(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, ResticJson.Default.ResticKeyArray)?.FirstOrDefault(static k => k.Current)?.Id;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>True when restic did not begin because somebody else holds a lock that does not go with its own.</summary>
    /// <param name="exitCode">11 in newer versions; older ones say it in words.</param>
    /// <param name="text">What it said.</param>
    public static bool TellsLocked(int exitCode, string text) => exitCode == LockedCode || (exitCode != 0 && text.Contains("already locked", StringComparison.Ordinal));

    /// <summary>True when restic says that the repository is not opened by the password.</summary>
    public static bool TellsWrongPassword(string text) => text.Contains("wrong password or no key found", StringComparison.Ordinal);

    /// <summary>True when restic says that there is no repository, as opposed to a storage that can't be reached or does not let it in.</summary>
    public static bool TellsNoRepository(string text) => NoConfig().IsMatch(text);

    /// <summary>The lines that say why restic failed, without those that tell nothing.</summary>
    public static string Shortened(IReadOnlyList<string> lines)
    {
        if (lines.Any(static l => l.Contains("HOST IDENTIFICATION HAS CHANGED", StringComparison.Ordinal)))
        {
            return "the server's host key is another one than before. If the server was set up anew, remove its line from ssh/known_hosts in the agent's state folder; otherwise somebody may be in between.";
        }

        string[] telling = [.. lines.Where(static l => l.Length > 0 && !l.StartsWith("Is there a repository", StringComparison.Ordinal)).TakeLast(4)];
        return telling.Length > 0 ? string.Join(' ', telling).Replace("subprocess ssh: ", "", StringComparison.Ordinal) : "restic said nothing";
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

    // Each kind of storage has its own words for an object that is not there.
    [GeneratedRegex(@"unable to open config file:.*?(?:no such file or directory|file does not exist|cannot find the (?:file|path)|key does not exist|bucket does not exist|blob does not exist|container does not exist|Object Not Found|Container Not Found|NoSuchKey|NoSuchBucket|<config/\w*> does not exist|404)", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex NoConfig();

    // "Save(<data/…>) returned error, retrying after 1s: server response unexpected: 507 Disk full (507)" and
    // "Fatal: unable to open config file: unexpected HTTP response (401): 401 Unauthorized"
    [GeneratedRegex(@"(?:server response unexpected|unexpected HTTP response \(\d{3}\)): (?<status>\d{3}) (?<reason>[^()]*)")]
    private static partial Regex Status();
}

/// <summary>The JSON shapes of restic.</summary>
[JsonSerializable(typeof(ResticLine))]
[JsonSerializable(typeof(ResticSnapshot[]))]
[JsonSerializable(typeof(ResticKey[]))]
[JsonSerializable(typeof(ResticStats))]
[JsonSerializable(typeof(ResticLock))]
public sealed partial class ResticJson : JsonSerializerContext;
