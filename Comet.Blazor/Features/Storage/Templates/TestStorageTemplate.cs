using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Storage.Templates;

/// <summary>Whether a Storage Template would work, saved or not, without making anything.</summary>
/// <param name="stored">The templates, for secrets that stay.</param>
/// <param name="save">What it would be refused for.</param>
/// <param name="address">This server's storage address.</param>
public sealed class TestStorageTemplate(StoredTemplates stored, SaveStorageTemplates save, StorageAddress address)
{
    /// <summary>
    /// Refused as <see cref="Refusal.Denied"/>, as <see cref="Refusal.Invalid"/> with what is wrong, as <see cref="Refusal.Unsupported"/> for what no
    /// storage can be made from. The server itself does not speak S3: a store of that kind is tried from a device.
    /// </summary>
    public Outcome Run(Actor by, JsonObject template, string selfAddress)
    {
        if (by.Needs(Right.StorageTemplatesEdit) is { Ok: false } denied)
        {
            return denied;
        }

        var known = stored.Of(by.OrganizationId).FirstOrDefault(t => t.Text("ID") == template.Text("ID"));
        return TemplateTypes.Reason(template) is { } reason ? Outcome.Refuse(Refusal.Unsupported, reason)
            : save.Check(template, known, selfAddress) is { Ok: false } wrong ? wrong
            : template.Text("Type") == TemplateTypes.S3
                ? Outcome.Refuse(Refusal.Unsupported, "The template is complete. Whether the store answers is known on a device: request a vault from it, and use \"Test connection\" of that vault.")
            : address.For(selfAddress) is null ? Outcome.Invalid("The address of this server is not known. Set Comet:PublicUrl.")
            : Outcome.Done;
    }
}
