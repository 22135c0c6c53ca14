using System.Text.Json;
using System.Text.Json.Serialization;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs;

/// <summary>The document of one job: the contract's BackupJobDetail (spec/02 §3). Times in Unix seconds UTC, sizes in bytes.</summary>
public sealed record Job
{
    /// <summary>The job's id, a 36-character lower-case GUID.</summary>
    [JsonPropertyName("GUID")]
    public string Id { get; init; } = "";

    /// <summary>Name of the account at the time of reading; the account's id stands in the record's figures.</summary>
    public string Username { get; init; } = "";

    /// <summary>Kind of job (spec/02 §3.2).</summary>
    public int Classification { get; init; }

    /// <summary>Status (spec/02 §3.1).</summary>
    public int Status { get; init; }

    /// <summary>Start.</summary>
    public long StartTime { get; init; }

    /// <summary>End; 0 while running.</summary>
    public long EndTime { get; init; }

    /// <summary>How often the device has begun anew.</summary>
    public long RetryCount { get; init; }

    /// <summary>Protected Item.</summary>
    [JsonPropertyName("SourceGUID")]
    public string SourceId { get; init; } = "";

    /// <summary>Storage Vault.</summary>
    [JsonPropertyName("DestinationGUID")]
    public string DestinationId { get; init; } = "";

    /// <summary>Device.</summary>
    [JsonPropertyName("DeviceID")]
    public string DeviceId { get; init; } = "";

    /// <summary>The engine's snapshot id; absent when none was written.</summary>
    [JsonPropertyName("SnapshotID")]
    public string? SnapshotId { get; init; }

    /// <summary>The backup rule whose run it is; absent for a run that somebody asked for.</summary>
    [JsonPropertyName("BackupRuleGUID")]
    public string? RuleId { get; init; }

    /// <summary>Text that whoever asked for the run, or its rule, gave it; absent for none.</summary>
    public string? Tags { get; init; }

    /// <summary>Version of the agent; empty until the device has started the job.</summary>
    public string ClientVersion { get; init; } = "";

    /// <summary>Directories looked at.</summary>
    public long TotalDirectories { get; init; }

    /// <summary>Files looked at.</summary>
    public long TotalFiles { get; init; }

    /// <summary>Bytes selected.</summary>
    public long TotalSize { get; init; }

    /// <summary>New chunks.</summary>
    public long TotalChunks { get; init; }

    /// <summary>Bytes uploaded.</summary>
    public long UploadSize { get; init; }

    /// <summary>Bytes downloaded.</summary>
    public long DownloadSize { get; init; }

    /// <summary>Non-empty: the device accepts a cancel under this id.</summary>
    [JsonPropertyName("CancellationID")]
    public string? CancellationId { get; init; }

    /// <summary>The last report of progress; absent before the first.</summary>
    public JobProgressDetail? Progress { get; init; }

    /// <summary>The vault's size before; absent when unknown.</summary>
    public SizeMeasurement? DestinationSizeStart { get; init; }

    /// <summary>The vault's size after; absent when unknown.</summary>
    public SizeMeasurement? DestinationSizeEnd { get; init; }

    /// <summary>True while the status is 6xxx.</summary>
    [JsonIgnore]
    public bool IsRunning => JobStatus.IsRunning(Status);

    /// <summary>The document as UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JobJson.Default.Job);

    /// <summary>Reads a stored document.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Job FromJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, JobJson.Default.Job) ?? throw new InvalidDataException("A job's document is empty.");
        }
        catch (JsonException ex)
        {
            throw new InvalidDataException($"A job's document can't be read: {ex.Message}", ex);
        }
    }
}

/// <summary>The contract's BackupJobProgress.</summary>
public sealed record JobProgressDetail
{
    /// <summary>Grows with each report.</summary>
    public long Counter { get; init; }

    /// <summary>The device's clock.</summary>
    public long SentTime { get; init; }

    /// <summary>The server's clock. The misspelling is part of the format.</summary>
    [JsonPropertyName("RecievedTime")]
    public long ReceivedTime { get; init; }

    /// <summary>Bytes processed.</summary>
    public long BytesDone { get; init; }

    /// <summary>Files done.</summary>
    public long ItemsDone { get; init; }

    /// <summary>Files found.</summary>
    public long ItemsTotal { get; init; }
}

/// <summary>The contract's SizeMeasurement.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="MeasureStarted">Unix seconds.</param>
/// <param name="MeasureCompleted">Unix seconds.</param>
public sealed record SizeMeasurement(long Size, long MeasureStarted, long MeasureCompleted);

/// <summary>One line of a job's log: the contract's JobEntry (spec/02 §3.4).</summary>
/// <param name="Time">Unix seconds UTC.</param>
/// <param name="Severity">D, I, W or E.</param>
/// <param name="Message">The text.</param>
public sealed record JobEntry(long Time, string Severity, string Message);

/// <summary>The stored JSON of jobs and log lines, source-generated.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(JobEntry))]
[JsonSerializable(typeof(JobEntry[]))]
public sealed partial class JobJson : JsonSerializerContext;
