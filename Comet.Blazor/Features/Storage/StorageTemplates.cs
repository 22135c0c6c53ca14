using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Storage;

/// <summary>
/// Storage Templates (spec/03 §2) as the settings keep them: AuthenticationRole.RemoteStorage of the server, Organizations[id].RemoteStorage of a
/// tenant; contract RemoteStorageOption, fields that are unknown here stay. Two fields are our own, for the buckets made from a template: AppendOnly
/// (true or false) and Sync ("full", "file" or "none"). Buckets can be made on this very server only.
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="create">Makes buckets.</param>
/// <param name="store">The buckets.</param>
/// <param name="address">This server's storage address.</param>
/// <param name="audit">Puts on record what is taken back.</param>
/// <param name="log">The log.</param>
public sealed class StorageTemplates(SettingsFile settings, CreateBucket create, BucketStore store, StorageAddress address, AuditLog audit, ILogger<StorageTemplates> log)
    : IStorageTemplates, IOpenAtStart
{
    private const int CometDestination = 1003;

    /// <summary>Gives a server that has no list of templates its first one. An empty list stays empty: somebody emptied it.</summary>
    public Task OpenAsync(CancellationToken ct)
    {
        if (settings.Read(root => root["AuthenticationRole"]?["RemoteStorage"] is null))
        {
            settings.Update(root =>
            {
                var role = root["AuthenticationRole"] as JsonObject ?? [];
                root["AuthenticationRole"] = role;
                role["RemoteStorage"] = new JsonArray(new JsonObject
                {
                    ["ID"] = Guid.NewGuid().ToString(),
                    ["Type"] = "comet",
                    ["Description"] = "This server",
                    ["StorageLimitEnabled"] = false,
                    ["StorageLimitBytes"] = 0,
                    ["RebrandStorage"] = false,
                    ["Default"] = true,
                });
                return true;
            });
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Outcome<IReadOnlyList<StorageTemplateRef>> List(Actor by, string organizationId) =>
        by.Needs(Right.VaultRequest) is { Ok: false } denied ? denied
        : Outcome.Of<IReadOnlyList<StorageTemplateRef>>(by.Sees(organizationId) && by.Limits.AllowsProvider(CometDestination)
            ? settings.Read(root => Of(root, organizationId).Select(t => new StorageTemplateRef(Text(t, "ID"), Text(t, "Description"))).Where(t => t.Id.Length > 0).ToList())
            : []);

    /// <inheritdoc />
    public async Task<Outcome<ProvisionedStorage>> ProvisionAsync(Actor by, string organizationId, string templateId, string selfAddress, CancellationToken ct)
    {
        if (by.Needs(Right.VaultRequest, Right.StorageManage) is { Ok: false } denied)
        {
            return denied;
        }

        // The top level's own templates serve whomever it makes storage for; a tenant has only its own.
        string[] sources = by.IsTopLevel ? [organizationId, ""] : by.Sees(organizationId) ? [organizationId] : [];
        if (settings.Read(root => Find(root, sources, templateId)) is not { } template)
        {
            return Outcome.Missing("This Storage Template does not exist any more.");
        }

        if (!by.Limits.AllowsProvider(CometDestination))
        {
            return Outcome.Denied("You may not use storage of this type: it is not among those that you are restricted to.");
        }

        if (template.Type != "comet" || !address.IsOwn(template.Address, selfAddress))
        {
            return Outcome.Refuse(Refusal.Unsupported, $"This server can't create storage from the template '{template.Description}': only its own Storage Role is supported.");
        }

        if (address.For(selfAddress) is not { } here)
        {
            return Outcome.Invalid("The address of this server is not known. Set Comet:PublicUrl.");
        }

        var wish = new NewBucket { OrganizationId = organizationId, LimitBytes = template.Limit, AppendOnly = template.AppendOnly, Sync = template.Sync };
        var bucket = await create.RunAsync(by, wish, ct);
        return bucket.Ok
            ? new ProvisionedStorage(template.Description, CometDestination, here, bucket.Value.Id, bucket.Value.Key, template.Limit)
            : bucket.Plain;
    }

    /// <inheritdoc />
    public async Task UndoAsync(Actor by, ProvisionedStorage storage, CancellationToken ct)
    {
        if (!by.May(Right.StorageManage) || (store.Find(storage.Bucket) is { } made && !by.Sees(made.Document.OrganizationId)))
        {
            throw new UnauthorizedAccessException("The caller may not remove storage.");
        }

        if (await store.RemoveAsync(storage.Bucket, ct))
        {
            log.LogInformation("Bucket {Bucket} was taken back: it could not be put into a profile.", storage.Bucket);
            await audit.RecordAsync(new AuditEvent(by, AuditActions.BucketDeleted, AuditTarget.Bucket(storage.Bucket)) { Note = "Taken back: it could not be put into a profile." });
        }
    }

    private static Template? Find(JsonObject root, string[] organizations, string id)
    {
        foreach (var organization in organizations)
        {
            if (Of(root, organization).FirstOrDefault(t => Text(t, "ID") == id && id.Length > 0) is { } found)
            {
                long? limit = Flag(found, "StorageLimitEnabled") ? Number(found, "StorageLimitBytes") : null;
                return new Template(Text(found, "Type"), Text(found, "Description"), Text(found, "RemoteAddress"), limit)
                {
                    AppendOnly = Flag(found, "AppendOnly"),
                    Sync = Text(found, "Sync") switch
                    {
                        "file" => SyncPolicy.File,
                        "none" => SyncPolicy.None,
                        _ => SyncPolicy.Full, // the safe one for anything else
                    },
                };
            }
        }

        return null;
    }

    private static IEnumerable<JsonObject> Of(JsonObject root, string organizationId) =>
        ((organizationId.Length == 0 ? root["AuthenticationRole"] : root["Organizations"]?[organizationId])?["RemoteStorage"] as JsonArray ?? []).OfType<JsonObject>();

    private static string Text(JsonObject node, string name) => node[name] is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private static bool Flag(JsonObject node, string name) => node[name] is JsonValue value && value.TryGetValue(out bool on) && on;

    // Through its text: a JsonValue answers only for the very type it was made from.
    private static long? Number(JsonObject node, string name) =>
        node[name] is JsonValue value && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed record Template(string Type, string Description, string Address, long? Limit)
    {
        public bool AppendOnly { get; init; }

        public SyncPolicy Sync { get; init; }
    }
}
