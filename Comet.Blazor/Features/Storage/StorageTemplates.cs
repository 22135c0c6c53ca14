using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Features.Storage.Templates;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Storage;

/// <summary>
/// Storage Templates (spec/03 §2) as the settings keep them: AuthenticationRole.RemoteStorage of the server, Organizations[id].RemoteStorage of a
/// tenant; contract RemoteStorageOption, fields that are unknown here stay. Two fields are our own, for the buckets made from a template: AppendOnly
/// (true or false) and Sync ("full", "file" or "none"). Storage is a bucket on this very server or on another one, or a folder in an S3 bucket
/// (<see cref="TemplateTypes"/>).
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="create">Makes buckets.</param>
/// <param name="stored">The templates.</param>
/// <param name="store">The buckets.</param>
/// <param name="address">This server's storage address.</param>
/// <param name="remote">Makes buckets on other servers.</param>
/// <param name="audit">Puts on record what is taken back.</param>
/// <param name="log">The log.</param>
public sealed class StorageTemplates(SettingsFile settings, CreateBucket create, StoredTemplates stored, BucketStore store, StorageAddress address, RemoteStorageRole remote, AuditLog audit, ILogger<StorageTemplates> log)
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
        : Outcome.Of<IReadOnlyList<StorageTemplateRef>>(by.Sees(organizationId)
            ? [
                .. stored.Of(organizationId).Select(static t => new StorageTemplateRef(t.Text("ID"), t.Text("Description")) { VaultType = TemplateTypes.VaultType(t.Text("Type")), IsDefault = t.Flag("Default") })
                    .Where(t => t.Id.Length > 0 && by.Limits.AllowsProvider(t.VaultType)).OrderBy(static t => !t.IsDefault),
            ]
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
        if (Find(sources, templateId) is not { } template)
        {
            return Outcome.Missing("This Storage Template does not exist any more.");
        }

        if (!by.Limits.AllowsProvider(TemplateTypes.VaultType(template.Type)))
        {
            return Outcome.Denied("You may not use storage of this type: it is not among those that you are restricted to.");
        }

        if (TemplateTypes.Reason(template.Root) is { } reason)
        {
            return Outcome.Refuse(Refusal.Unsupported, $"This server can't create storage from the template '{template.Description}'. {reason}");
        }

        if (template.Type == TemplateTypes.S3)
        {
            return TemplateTypes.Check(template.Root) is { Ok: false } wrong ? wrong
                : new ProvisionedStorage(template.Description, VaultTypes.S3, "", "", "", template.Limit) { Location = TemplateTypes.S3Location(template.Root), Rebrand = template.Rebrand };
        }

        if (!address.IsOwn(template.Address, selfAddress))
        {
            return await ElsewhereAsync(template, ct);
        }

        if (address.For(selfAddress) is not { } here)
        {
            return Outcome.Invalid("The address of this server is not known. Set Comet:PublicUrl.");
        }

        var wish = new NewBucket { OrganizationId = organizationId, LimitBytes = template.Limit, AppendOnly = template.AppendOnly, Sync = template.Sync };
        var bucket = await create.RunAsync(by, wish, ct);
        return bucket.Ok
            ? new ProvisionedStorage(template.Description, CometDestination, here, bucket.Value.Id, bucket.Value.Key, template.Limit) { Rebrand = template.Rebrand }
            : bucket.Plain;
    }

    /// <inheritdoc />
    public async Task UndoAsync(Actor by, ProvisionedStorage storage, CancellationToken ct)
    {
        if (!by.May(Right.StorageManage) || (store.Find(storage.Bucket) is { } made && !by.Sees(made.Document.OrganizationId)))
        {
            throw new UnauthorizedAccessException("The caller may not remove storage.");
        }

        if (storage.TakeBack is { } takeBack)
        {
            var taken = await takeBack(ct);
            if (!taken.Ok)
            {
                throw new IOException(taken.Why);
            }

            return;
        }

        // A folder in an S3 bucket comes to be with its first object.
        if (storage.Bucket.Length > 0 && await store.RemoveAsync(storage.Bucket, ct))
        {
            log.LogInformation("Bucket {Bucket} was taken back: it could not be put into a profile.", storage.Bucket);
            await audit.RecordAsync(new AuditEvent(by, AuditActions.BucketDeleted, AuditTarget.Bucket(storage.Bucket)) { Note = "Taken back: it could not be put into a profile." });
        }
    }

    private async Task<Outcome<ProvisionedStorage>> ElsewhereAsync(Template template, CancellationToken ct)
    {
        if (TemplateTypes.Check(template.Root) is { Ok: false } wrong)
        {
            return wrong;
        }

        var made = await remote.CreateAsync(template.Root, ct);
        if (!made.Ok)
        {
            return Outcome.Refuse(made.Kind, $"No storage could be made from the template '{template.Description}'. {made.Why}");
        }

        log.LogInformation("Bucket {Bucket} was made at {Address}.", made.Value.Id, template.Address);
        return new ProvisionedStorage(template.Description, CometDestination, RemoteStorageRole.Address(template.Root)!, made.Value.Id, made.Value.Key, template.Limit)
        {
            Rebrand = template.Rebrand,
            TakeBack = token => remote.DeleteAsync(template.Root, made.Value.Id, token),
        };
    }

    private Template? Find(string[] organizations, string id)
    {
        if (stored.Find(organizations, id) is not { } found)
        {
            return null;
        }

        long? limit = found.Flag("StorageLimitEnabled") ? found.Number("StorageLimitBytes") : null;
        return new Template(found, found.Text("Type"), found.Text("Description"), found.Text("RemoteAddress"), limit)
        {
            Rebrand = found.Flag("RebrandStorage"),
            AppendOnly = found.Flag("AppendOnly"),
            Sync = found.Text("Sync") switch
            {
                "file" => SyncPolicy.File,
                "none" => SyncPolicy.None,
                _ => SyncPolicy.Full, // the safe one for anything else
            },
        };
    }

    private sealed record Template(JsonObject Root, string Type, string Description, string Address, long? Limit)
    {
        public bool Rebrand { get; init; }

        public bool AppendOnly { get; init; }

        public SyncPolicy Sync { get; init; }
    }
}
