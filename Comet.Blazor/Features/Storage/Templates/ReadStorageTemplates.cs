using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Secrets;

namespace Comet.Blazor.Features.Storage.Templates;

/// <summary>Reads the caller's own Storage Templates: a tenant's administrators see those of the tenant, the others the server's.</summary>
/// <param name="stored">The templates.</param>
public sealed class ReadStorageTemplates(StoredTemplates stored)
{
    /// <summary>The templates, with <see cref="Obscured.Text"/> in the place of secrets. Refused as <see cref="Refusal.Denied"/>.</summary>
    public Outcome<JsonArray> Run(Actor by)
    {
        if (by.Needs(Right.StorageTemplatesEdit) is { Ok: false } denied)
        {
            return denied;
        }

        return StoredTemplates.Shown(new JsonArray([.. stored.Of(by.OrganizationId)]));
    }
}
