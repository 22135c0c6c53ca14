namespace Comet.Blazor.Agent.Retention;

/// <summary>A snapshot as restic keeps it.</summary>
/// <param name="Id">The full id.</param>
/// <param name="Tree">Id of its root tree.</param>
/// <param name="Time">When it was taken.</param>
/// <param name="ItemId">The Protected Item; empty when it names none.</param>
/// <param name="JobId">The job that wrote it; empty when it names none.</param>
/// <param name="DeviceId">The device, which is restic's host name.</param>
/// <param name="Paths">What it holds.</param>
/// <param name="Tags">Its other tags.</param>
public sealed record StoredSnapshot(
    string Id, string Tree, DateTimeOffset Time, string ItemId, string JobId, string DeviceId, IReadOnlyList<string> Paths, IReadOnlyList<string> Tags)
{
    private const string ItemTag = "item:";
    private const string JobTag = "job:";

    internal static StoredSnapshot Of(SnapshotJson json)
    {
        var tags = json.Tags ?? [];
        return new StoredSnapshot(
            json.Id, json.Tree, json.Time, Tagged(tags, ItemTag), Tagged(tags, JobTag), json.Hostname, json.Paths ?? [],
            [.. tags.Where(static t => !t.StartsWith(ItemTag, StringComparison.Ordinal) && !t.StartsWith(JobTag, StringComparison.Ordinal))]);
    }

    private static string Tagged(string[] tags, string prefix) => tags.FirstOrDefault(t => t.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..] ?? "";
}
