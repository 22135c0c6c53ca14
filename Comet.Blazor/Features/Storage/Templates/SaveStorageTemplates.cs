using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Storage.Templates;

/// <summary>Replaces the caller's own Storage Templates (spec/03 §2). Vaults that were made from one stay as they are; accounts that named a removed one may get another.</summary>
/// <param name="stored">The templates.</param>
/// <param name="address">This server's storage address.</param>
/// <param name="accounts">The accounts that name templates.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class SaveStorageTemplates(StoredTemplates stored, StorageAddress address, IAutoVaults accounts, AuditLog audit)
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
    /// <param name="replacement">
    /// The template of the list that accounts get whose template for new devices is not there any more; null to leave them. Needs
    /// <see cref="Right.AccountsManage"/>. When some accounts can't be changed the templates are saved all the same, and the same call may be made again.
    /// </param>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> RunAsync(Actor by, JsonArray templates, string selfAddress, JsonArray? seen = null, string? replacement = null)
    {
        var happened = new AuditEvent(by, AuditActions.SettingsChanged, AuditTarget.Settings("RemoteStorage"));
        if (by.Needs(Right.StorageTemplatesEdit) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        if (replacement is not null && by.Needs(Right.AccountsManage) is { Ok: false } untouchable)
        {
            return await audit.RecordAsync(happened, untouchable);
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

        if (replacement is not null && Complaint(templates, replacement) is { } unfit)
        {
            return Outcome.Invalid(unfit);
        }

        try
        {
            var saved = stored.Replace(by.OrganizationId, templates, seen, (wanted, known) => Check(wanted, known, selfAddress));
            var done = await audit.RecordAsync(saved.Ok ? happened with { Change = Change(saved.Value.Before, saved.Value.After) } : happened, saved.Plain);
            return done.Ok && replacement is not null ? await MoveAsync(by, replacement) : done;
        }
        catch (SecretLostException ex)
        {
            return Outcome.Invalid(ex.Message);
        }
    }

    /// <summary>Whether storage can be made from a template. Refused as <see cref="RunAsync"/>.</summary>
    public Outcome Check(JsonObject wanted, JsonObject? known, string selfAddress) =>
        known is not null && TemplateTypes.Reason(known) is not null && wanted.Text("Type") == known.Text("Type") ? Outcome.Done
        : TemplateTypes.Check(IsOwn(wanted, selfAddress) ? Local(wanted) : wanted);

    /// <summary>Whether a template makes buckets on this very server.</summary>
    public bool IsOwn(JsonObject template, string selfAddress) => template.Text("Type") == TemplateTypes.Comet && address.IsOwn(template.Text("RemoteAddress"), selfAddress);

    // To make a bucket here, nobody has to sign in.
    private static JsonObject Local(JsonObject template)
    {
        var local = (JsonObject)template.DeepClone();
        local["RemoteAddress"] = "";
        return local;
    }

    private static string? Complaint(JsonArray templates, string replacement) =>
        templates.OfType<JsonObject>().FirstOrDefault(t => t.Text("ID") == replacement) is not { } template ? "The template that replaces removed ones (ReplacementAutoVaultID) is not in the list."
        : TemplateTypes.Reason(template) is { } reason ? $"The template {template.Text("Description")} can't replace removed ones. {reason}"
        : null;

    private async Task<Outcome> MoveAsync(Actor by, string replacement)
    {
        // A tenant's accounts may name the server's own templates as well.
        Dictionary<string, HashSet<string>> known = new(StringComparer.Ordinal);
        HashSet<string> Of(string organization)
        {
            if (!known.TryGetValue(organization, out var ids))
            {
                known[organization] = ids = [.. stored.Of(organization).Select(static t => t.Text("ID")), .. organization.Length > 0 ? Of("") : []];
            }

            return ids;
        }

        var moved = await accounts.MoveAsync(by, (organization, template) => !Of(organization).Contains(template), replacement, CancellationToken.None);
        return moved.Failed == 0 ? Outcome.Done
            : Outcome.Refuse(moved.Why.Kind, $"The Storage Templates are saved, but {moved.Failed} of {moved.Done + moved.Failed} users still name a removed one: {moved.Why.Why} Save again to try it once more.");
    }

    private static AuditChange Change(JsonArray before, JsonArray after) => new(ById(before), ById(after));

    private static JsonObject ById(JsonArray templates) => new(templates.OfType<JsonObject>().Select(static t => KeyValuePair.Create(t.Text("ID"), (JsonNode?)t.DeepClone())));
}
