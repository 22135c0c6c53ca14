using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Storage.Templates;

/// <summary>Replaces the caller's own Storage Templates (spec/03 §2). Vaults that were made from one stay as they are.</summary>
/// <param name="stored">The templates.</param>
/// <param name="address">This server's storage address.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class SaveStorageTemplates(StoredTemplates stored, StorageAddress address, AuditLog audit)
{
    /// <summary>The most templates of one organization.</summary>
    public const int Most = 100;

    /// <summary>
    /// Replaces them; a template without an ID gets one. Refused as <see cref="Refusal.Invalid"/> with what is wrong, as <see cref="Refusal.Unsupported"/>
    /// for a template that no storage can be made from, unless it stands there already and is left alone.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="templates">The contract's list of RemoteStorageOption; secrets as <see cref="ReadStorageTemplates"/> shows them stay.</param>
    /// <param name="selfAddress">The address by which the caller reaches this server.</param>
    /// <param name="seen">The list that a person had read; null for any.</param>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> RunAsync(Actor by, JsonArray templates, string selfAddress, JsonArray? seen = null)
    {
        var happened = new AuditEvent(by, AuditActions.SettingsChanged, AuditTarget.Settings("RemoteStorage"));
        if (by.Needs(Right.StorageTemplatesEdit) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        if (templates.Count > Most || templates.Any(static t => t is not JsonObject))
        {
            return Outcome.Invalid($"Send a list of at most {Most} Storage Templates.");
        }

        foreach (var unnamed in templates.OfType<JsonObject>().Where(static t => t.Text("ID").Length == 0))
        {
            unnamed["ID"] = Guid.NewGuid().ToString();
        }

        if (templates.OfType<JsonObject>().GroupBy(static t => t.Text("ID"), StringComparer.Ordinal).FirstOrDefault(static g => g.Count() > 1) is { } twice)
        {
            return Outcome.Invalid($"Two Storage Templates have the ID {twice.Key}.");
        }

        try
        {
            var saved = stored.Replace(by.OrganizationId, templates, seen, (wanted, known) => Check(wanted, known, selfAddress));
            return await audit.RecordAsync(saved.Ok ? happened with { Change = Change(saved.Value.Before, saved.Value.After) } : happened, saved.Plain);
        }
        catch (SecretLostException ex)
        {
            return Outcome.Invalid(ex.Message);
        }
    }

    /// <summary>Whether storage can be made from a template. Refused as <see cref="RunAsync"/>.</summary>
    public Outcome Check(JsonObject wanted, JsonObject? known, string selfAddress) =>
        known is not null && TemplateTypes.Reason(known) is not null && wanted.Text("Type") == known.Text("Type") ? Outcome.Done
        : TemplateTypes.Check(wanted) is { Ok: false } wrong ? wrong
        : wanted.Text("Type") == TemplateTypes.Comet && !address.IsOwn(wanted.Text("RemoteAddress"), selfAddress)
            ? Outcome.Refuse(Refusal.Unsupported, "This server makes buckets in its own Storage Role only. Leave the address empty, or add the other server's bucket to a user by hand.")
        : Outcome.Done;

    private static AuditChange Change(JsonArray before, JsonArray after) => new(ById(before), ById(after));

    private static JsonObject ById(JsonArray templates) => new(templates.OfType<JsonObject>().Select(static t => KeyValuePair.Create(t.Text("ID"), (JsonNode?)t.DeepClone())));
}
