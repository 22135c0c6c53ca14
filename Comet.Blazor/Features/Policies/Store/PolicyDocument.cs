using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Policies.Store;

/// <summary>One policy (contract: GroupPolicy): its key and its document. Unknown fields stay.</summary>
/// <param name="id">The key.</param>
/// <param name="root">The document. Belongs to this instance.</param>
public sealed class PolicyDocument(string id, JsonObject root)
{
    /// <summary>The key.</summary>
    public string Id { get; } = id;

    /// <summary>The document in the contract's names.</summary>
    public JsonObject Root { get; } = root;

    /// <summary>Its name.</summary>
    public string Description => Root.Text("Description");

    /// <summary>Whose it is; empty for the top level.</summary>
    public string OrganizationId => Root.Text("OrganizationID");

    /// <summary>Given to every new user of the organization.</summary>
    public bool IsDefault => Root.Flag("DefaultUserPolicy");

    /// <summary>Unix seconds UTC.</summary>
    public long Created => Root.Number("CreatedDate");

    /// <summary>Unix seconds UTC.</summary>
    public long Modified => Root.Number("ModifiedDate");

    /// <summary>What it says.</summary>
    public UserPolicy Policy => new(Root.Map("Policy"));

    /// <summary>A new policy that restricts nothing.</summary>
    public static JsonObject New(string description, string organizationId) => new()
    {
        ["Description"] = description,
        ["OrganizationID"] = organizationId,
        ["Policy"] = UserPolicy.Empty(),
        ["DefaultUserPolicy"] = false,
        ["CreatedDate"] = 0L,
        ["ModifiedDate"] = 0L,
    };

    /// <summary>Adds every field of the contract that is always there and is missing. What is there stays as it is.</summary>
    public static void Complete(JsonObject groupPolicy) => Fill(groupPolicy, New("", ""));

    private static void Fill(JsonObject target, JsonObject template)
    {
        foreach (var (name, value) in template.ToArray())
        {
            if (target[name] is not { } present)
            {
                template.Remove(name);
                target[name] = value;
            }
            else if (present is JsonObject nested && value is JsonObject known)
            {
                Fill(nested, known);
            }
        }
    }
}

/// <summary>What the index in memory keeps of a policy: all of it, since policies are few. Its documents are not to be changed.</summary>
/// <param name="Document">The policy.</param>
/// <param name="Hash">Changes with every change.</param>
public sealed record PolicyEntry(PolicyDocument Document, string Hash)
{
    /// <summary>As other features see it.</summary>
    public PolicyRef Ref { get; } = new(Document.Id, Document.Description, Document.OrganizationId, Document.IsDefault, Document.Policy, Hash);

    /// <summary>Its key.</summary>
    public string Id => Document.Id;

    /// <summary>The entry of a document.</summary>
    public static PolicyEntry Of(PolicyDocument document) => new(document, PolicyJson.Hash(document.Root));
}
