using System.Text.Json;
using System.Text.Json.Serialization;

namespace Comet.Blazor.Features.Storage;

/// <summary>How far an upload must have reached the disk before it is acknowledged.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SyncPolicy>))]
public enum SyncPolicy
{
    /// <summary>The object and its folder entry are synced: an acknowledged object survives a power cut. The default.</summary>
    [JsonStringEnumMemberName("full")]
    Full,

    /// <summary>Only the object is synced; after a power cut its name may be missing.</summary>
    [JsonStringEnumMemberName("file")]
    File,

    /// <summary>Nothing is synced; for storage that is lost with its machine anyway.</summary>
    [JsonStringEnumMemberName("none")]
    None,
}

/// <summary>Size of a bucket and when it was measured (contract: SizeMeasurement).</summary>
/// <param name="Size">Bytes.</param>
/// <param name="MeasureStarted">Unix seconds UTC; 0 for never.</param>
/// <param name="MeasureCompleted">Unix seconds UTC; 0 for never.</param>
public sealed record BucketSize(long Size, long MeasureStarted, long MeasureCompleted)
{
    /// <summary>Fields of newer versions.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>The stored document of a bucket: the contract's BucketProperties (spec/03 §1.1) and our own settings.</summary>
public sealed record Bucket
{
    /// <summary>Organization; empty for the top level.</summary>
    [JsonPropertyName("OrganizationID")]
    public string OrganizationId { get; init; } = "";

    /// <summary>Unix seconds UTC.</summary>
    public long CreateTime { get; init; }

    /// <summary>Format of <see cref="ReadWriteKey"/>; <see cref="BucketSecret.Format"/>.</summary>
    public int ReadWriteKeyFormat { get; init; }

    /// <summary>Slow hash of the access key, never the key.</summary>
    public string ReadWriteKey { get; init; } = "";

    /// <summary>The last measurement.</summary>
    public BucketSize Size { get; init; } = new(0, 0, 0);

    /// <summary>Objects can be added but not removed, locks excepted.</summary>
    public bool AppendOnly { get; init; }

    /// <summary>How far an upload must have reached the disk.</summary>
    public SyncPolicy Sync { get; init; } = SyncPolicy.Full;

    /// <summary>Quota in bytes; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LimitBytes { get; init; }

    /// <summary>Fields of newer versions; kept.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>JSON of the documents.</summary>
[JsonSerializable(typeof(Bucket))]
internal sealed partial class StorageJson : JsonSerializerContext;
