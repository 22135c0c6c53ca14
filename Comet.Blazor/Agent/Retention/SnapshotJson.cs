using System.Text.Json.Serialization;

namespace Comet.Blazor.Agent.Retention;

/// <summary>An entry of <c>restic snapshots --json</c>.</summary>
internal sealed record SnapshotJson
{
    [JsonPropertyName("id"), JsonRequired]
    public string Id { get; init; } = "";

    [JsonPropertyName("tree"), JsonRequired]
    public string Tree { get; init; } = "";

    [JsonPropertyName("time"), JsonRequired]
    public DateTimeOffset Time { get; init; }

    [JsonPropertyName("hostname")]
    public string Hostname { get; init; } = "";

    [JsonPropertyName("paths")]
    public string[]? Paths { get; init; }

    [JsonPropertyName("tags")]
    public string[]? Tags { get; init; }
}

/// <summary>The JSON shapes of a repository.</summary>
[JsonSerializable(typeof(SnapshotJson[]))]
internal sealed partial class RepositoryJson : JsonSerializerContext;
