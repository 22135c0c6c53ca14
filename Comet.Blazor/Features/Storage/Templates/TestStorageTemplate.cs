using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Storage.Templates;

/// <summary>Whether a Storage Template would work, saved or not. Nothing stays behind.</summary>
/// <param name="stored">The templates, for secrets that stay.</param>
/// <param name="save">What it would be refused for.</param>
/// <param name="address">This server's storage address.</param>
/// <param name="remote">Tries other servers.</param>
public sealed class TestStorageTemplate(StoredTemplates stored, SaveStorageTemplates save, StorageAddress address, RemoteStorageRole remote)
{
    /// <summary>
    /// Refused as <see cref="Refusal.Denied"/>, as <see cref="Refusal.Invalid"/> with what is wrong, as <see cref="Refusal.Unsupported"/> for what no
    /// storage can be made from, as <see cref="Refusal.DeviceRefused"/> or <see cref="Refusal.TimedOut"/> with what another server said. The server
    /// itself does not speak S3: a store of that kind is tried from a device.
    /// </summary>
    public async Task<Outcome> RunAsync(Actor by, JsonObject template, string selfAddress, CancellationToken ct)
    {
        if (by.Needs(Right.StorageTemplatesEdit) is { Ok: false } denied)
        {
            return denied;
        }

        var (tried, known) = ((JsonObject)template.DeepClone(), stored.Of(by.OrganizationId).FirstOrDefault(t => t.Text("ID") == template.Text("ID")));
        try
        {
            return TemplateTypes.Reason(tried) is { } reason ? Outcome.Refuse(Refusal.Unsupported, reason)
                : stored.Complete(tried, known) is { Ok: false } moved ? moved
                : save.Check(tried, known, selfAddress) is { Ok: false } wrong ? wrong
                : tried.Text("Type") == TemplateTypes.S3
                    ? Outcome.Refuse(Refusal.Unsupported, "The template is complete. Whether the store answers is known on a device: request a vault from it, and use \"Test connection\" of that vault.")
                : !save.IsOwn(tried, selfAddress) ? await remote.TestAsync(tried, ct)
                : address.For(selfAddress) is null ? Outcome.Invalid("The address of this server is not known. Set Comet:PublicUrl.")
                : Outcome.Done;
        }
        catch (SecretLostException ex)
        {
            return Outcome.Invalid(ex.Message);
        }
    }
}
