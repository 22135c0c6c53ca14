using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// What a submitted profile may change, beyond the right to change users: a profile is also a way to add and to remove Storage Vaults, to assign
/// a policy, and to move a user to another organization (spec/04 §3.1, §17). Compares what stands with what shall stand.
/// </summary>
public static class ProfileLimits
{
    /// <summary>
    /// Fields of a Storage Vault that say nothing about where its data is or how it is opened. A change of any other field makes it another vault:
    /// the data of the old one can't be reached any more.
    /// </summary>
    private static readonly FrozenSet<string> Harmless = new[]
    {
        "Description", "CreateTime", "ModifyTime", "PreExec", "ThawExec", "PostExec", "Tag", "RepoInitTimestamp", "StorageLimitEnabled", "StorageLimitBytes",
        "Statistics", "DefaultRetention", "RebrandStorage", "RetentionError", "AssociatedDevices",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The fields of a vault's key. A device puts the first one there; afterwards a change loses the data.</summary>
    private static readonly FrozenSet<string> Key = new[] { "EncryptedEncryptionKey", "EncryptionKeyEncryptionMethod" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Refused as <see cref="Refusal.Denied"/> with the permission that is missing, or the restriction that the change goes beyond.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="current">The profile that stands.</param>
    /// <param name="next">The profile that shall stand; of the right shape.</param>
    public static Outcome Check(Actor by, JsonObject current, JsonObject next)
    {
        if (next.Text("OrganizationID") != current.Text("OrganizationID") && !by.IsTopLevel)
        {
            return Outcome.Denied("You may not move users to another organization. Leave the OrganizationID of the profile as it is.");
        }

        if (next.Text("PolicyID") != current.Text("PolicyID") && !by.Limits.AllowsPolicy(next.Text("PolicyID")))
        {
            return Outcome.Denied("You may not assign this policy: it is not among those that you are restricted to.");
        }

        return by.May(Right.VaultAddByHand) && by.May(Right.VaultDelete) && by.Limits.Providers is null ? Outcome.Done : Vaults(by, current, next);
    }

    private static Outcome Vaults(Actor by, JsonObject current, JsonObject next)
    {
        var before = current.Entries("Destinations").ToDictionary(static v => v.Key, static v => v.Value, StringComparer.Ordinal);
        foreach (var (id, vault) in next.Entries("Destinations"))
        {
            var known = before.Remove(id, out var old);
            if (known && IsSame(old!, vault))
            {
                continue;
            }

            if ((known ? by.Needs(Right.VaultDelete, Right.VaultAddByHand) : by.Needs(Right.VaultAddByHand)) is { Ok: false } denied)
            {
                return known ? Outcome.Denied($"{denied.Why} The profile makes another one of the Storage Vault {Name(id, old!)}.") : denied;
            }

            if (Types(vault).Where(t => !by.Limits.AllowsProvider(t)).Select(static t => (long?)t).FirstOrDefault() is { } type)
            {
                return Outcome.Denied($"You may not use storage of type {type}: it is not among those that you are restricted to.");
            }
        }

        return before.Count > 0 ? by.Needs(Right.VaultDelete) : Outcome.Done;
    }

    private static string Name(string id, JsonObject vault) => vault.Text("Description") is { Length: > 0 } name ? name : id;

    // With every field of the contract on both sides: callers send profiles back as they got them, and those are complete.
    private static bool IsSame(JsonObject old, JsonObject now)
    {
        var (before, after) = (Completed(old), Completed(now));
        var keyless = before.Text("EncryptedEncryptionKey").Length == 0;
        return before.Select(static p => p.Key).Union(after.Select(static p => p.Key), StringComparer.Ordinal)
            .Where(name => !Harmless.Contains(name) && !(keyless && Key.Contains(name)))
            .All(name => JsonNode.DeepEquals(before[name], after[name]));
    }

    private static JsonObject Completed(JsonObject vault)
    {
        var copy = (JsonObject)vault.DeepClone();
        ProfileTemplates.CompleteVault(copy);
        return copy;
    }

    // A vault can span others.
    private static IEnumerable<long> Types(JsonObject vault) =>
        (vault["SpanTargets"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(Types).Prepend(vault.Number("DestinationType"));
}
