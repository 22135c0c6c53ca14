using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Policies.Store;

namespace Comet.Blazor.Features.Policies;

/// <summary>Answers about policies in the contract's frozen names.</summary>
public static class PolicyWire
{
    /// <summary>GroupPolicy, bare, with every field of the contract.</summary>
    public static JsonObject Policy(PolicyEntry entry)
    {
        var root = (JsonObject)entry.Document.Root.DeepClone();
        PolicyDocument.Complete(root);
        return root;
    }

    /// <summary>GetGroupPolicyResponse.</summary>
    public static JsonObject Get(PolicyEntry entry) => new() { ["Status"] = 200, ["Message"] = "OK", ["Policy"] = Policy(entry), ["PolicyHash"] = entry.Hash };

    /// <summary>CreateGroupPolicyResponse, with the new key, which the contract forgets.</summary>
    public static JsonObject Created(PolicyRef policy) => new() { ["Status"] = 200, ["Message"] = "OK", ["PolicyHash"] = policy.Hash, ["PolicyID"] = policy.Id };
}
