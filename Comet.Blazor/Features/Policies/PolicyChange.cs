using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Policies;

/// <summary>One setting that a change of a policy changes, in the words of the editor.</summary>
/// <param name="Setting">The setting; what has no words there has its name in the contract.</param>
/// <param name="Before">What it was; empty for a secret.</param>
/// <param name="After">What it becomes; of a secret only that it changes.</param>
public sealed record PolicyChange(string Setting, string Before, string After)
{
    /// <summary>What differs between two policies (contract: GroupPolicy).</summary>
    public static IReadOnlyList<PolicyChange> Between(JsonObject before, JsonObject after)
    {
        var (old, now) = ((JsonObject)before.DeepClone(), (JsonObject)after.DeepClone());
        var (gone, come) = (Parts(before, after, old), Parts(after, before, now));
        var wholes = PolicyWords.Wholes.Select(path => (Path: path, Before: Take(old, path), After: Take(now, path))).Where(static w => !JsonNode.DeepEquals(w.Before, w.After)).ToList();
        return
        [
            .. AuditDifferences.Of(old, now).Select(d => d.Secret is null
                ? new PolicyChange(PolicyWords.Of(d.Path, before, after), PolicyWords.Value(d.Path, d.Before), PolicyWords.Value(d.Path, d.After))
                : new PolicyChange(PolicyWords.Of(d.Path, before, after), "", $"{d.Secret} (a secret)")),
            .. come.Select(static words => new PolicyChange(words, "not there", "added")),
            .. gone.Select(static words => new PolicyChange(words, "there", "removed")),
            .. wholes.Select(w => new PolicyChange(PolicyWords.Of(w.Path, before, after), PolicyWords.Value(w.Path, w.Before?.ToJsonString()), PolicyWords.Value(w.Path, w.After?.ToJsonString()))),
        ];
    }

    // Takes out what the other policy has not got at all: one line says it, not each of its fields.
    private static List<string> Parts(JsonObject policy, JsonObject other, JsonObject copy)
    {
        List<string> words = [];
        foreach (var (map, key, name) in PolicyWords.PartsOf(policy).Where(p => !other.Map("Policy").Map(p.Map).ContainsKey(p.Key)))
        {
            copy.Map("Policy").Map(map).Remove(key);
            words.Add(name);
        }

        return words;
    }

    // Takes the field out, and answers it.
    private static JsonNode? Take(JsonObject root, string path)
    {
        var (at, names) = (root, path.Split('.'));
        foreach (var name in names[..^1])
        {
            if (at[name] is not JsonObject inner)
            {
                return null;
            }

            at = inner;
        }

        var found = at[names[^1]];
        at.Remove(names[^1]);
        return found;
    }
}
