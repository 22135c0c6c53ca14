using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Policies.Commands;

/// <summary>Adds a copy of a policy: all of it but that it is the default, since only one can be.</summary>
/// <param name="store">The policies.</param>
/// <param name="create">Adds it, and puts it on record.</param>
public sealed class CopyPolicy(PolicyStore store, CreatePolicy create)
{
    /// <summary>Copies it under another description. Refused as <see cref="Refusal.Missing"/>, and as <see cref="CreatePolicy"/> does.</summary>
    public async Task<Outcome<PolicyRef>> RunAsync(Actor by, string id, string description)
    {
        var source = store.ForChange(by, id);
        if (!source.Ok)
        {
            return source.Plain;
        }

        var copy = (JsonObject)source.Value.Document.Root.DeepClone();
        copy["Description"] = description.Length > PolicyShape.MaxDescription ? description[..PolicyShape.MaxDescription] : description;
        copy["DefaultUserPolicy"] = false;
        return await create.RunAsync(by, copy);
    }
}
