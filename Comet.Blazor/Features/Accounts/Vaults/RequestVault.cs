using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>A Storage Vault that was made from a template.</summary>
/// <param name="VaultId">Its key in the profile.</param>
/// <param name="Account">The account with it.</param>
public sealed record RequestedVault(string VaultId, AccountEntry Account);

/// <summary>Makes storage from a Storage Template and puts it into a profile as a Storage Vault (spec/03 §2).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="templates">The templates.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Tells of storage that could not be taken back.</param>
public sealed partial class RequestVault(AccountStore accounts, IStorageTemplates templates, ProfileAudit audit, TimeProvider clock, ILogger<RequestVault> log)
{
    /// <summary>
    /// What the caller may make a vault of this user from: the templates of the user's organization and, for the top level, its own. Refused as
    /// <see cref="Refusal.Denied"/> or <see cref="Refusal.Missing"/>.
    /// </summary>
    public Outcome<IReadOnlyList<StorageTemplateRef>> Templates(Actor by, string username)
    {
        if (by.Needs(Right.VaultRequest) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        var own = templates.List(by, target.Ref.OrganizationId);
        return own.Ok && by.IsTopLevel && target.Ref.OrganizationId.Length > 0
            ? Outcome.Of<IReadOnlyList<StorageTemplateRef>>([.. own.Value, .. templates.List(by, "").Value ?? []])
            : own;
    }

    /// <summary>
    /// Makes the vault. Refused as <see cref="Refusal.Conflict"/> when the profile has another hash than <paramref name="requireHash"/>, before anything is made; as
    /// <see cref="Refusal.Missing"/> for an unknown user, template or device.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">The account.</param>
    /// <param name="templateId">The template.</param>
    /// <param name="selfAddress">The address by which the caller reaches this server.</param>
    /// <param name="deviceId">The only device that may use the vault; null for all.</param>
    /// <param name="requireHash">The hash that the caller saw; null for any.</param>
    /// <param name="ct">Obeyed until the storage is made.</param>
    public Task<Outcome<RequestedVault>> RunAsync(
        Actor by, string username, string templateId, string selfAddress, string? deviceId, string? requireHash, CancellationToken ct)
    {
        var id = Guid.NewGuid().ToString();
        return audit.RunAsync(
            new AuditEvent(by, AuditActions.VaultRequested, AuditTarget.StorageVault(username, id)),
            trace => MakeAsync(by, username, id, templateId, selfAddress, deviceId, requireHash, trace, ct));
    }

    private async Task<Outcome<RequestedVault>> MakeAsync(
        Actor by, string username, string id, string templateId, string selfAddress, string? deviceId, string? requireHash, ProfileTrace trace, CancellationToken ct)
    {
        if (by.Needs(Right.VaultRequest) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        if (requireHash is not null && requireHash != target.Hash)
        {
            return Outcome.Conflict("The profile was changed by someone else meanwhile. Reload it and try again.");
        }

        if (deviceId is not null && target.Device(deviceId) is null)
        {
            return ReadProfile.UnknownDevice;
        }

        var made = await templates.ProvisionAsync(by, target.Ref.OrganizationId, templateId, selfAddress, ct);
        return made.Ok ? await PutAsync(by, target.Id, id, made.Value, deviceId, requireHash, trace) : made.Plain;
    }

    private async Task<Outcome<RequestedVault>> PutAsync(
        Actor by, AccountId account, string id, ProvisionedStorage storage, string? deviceId, string? requireHash, ProfileTrace trace)
    {
        var kept = false;
        try
        {
            var outcome = await accounts.ChangeAsync(
                account,
                requireHash,
                document =>
                {
                    document.Vaults[id] = Vault(document, storage, deviceId);
                    return Outcome.Done;
                },
                tellDevices: true,
                trace,
                CancellationToken.None);
            kept = outcome.Ok;
            return outcome.Ok ? new RequestedVault(id, outcome.Value) : outcome.Plain;
        }
        finally
        {
            if (!kept)
            {
                await UndoAsync(by, storage);
            }
        }
    }

    private JsonObject Vault(AccountDocument document, ProvisionedStorage storage, string? deviceId)
    {
        var now = clock.UnixNow();
        var vault = ProfileTemplates.Vault();
        vault["Description"] = FreeName(document, storage.Description);
        vault["CreateTime"] = now;
        vault["ModifyTime"] = now;
        vault["DestinationType"] = (long)storage.Type;
        vault["CometServer"] = storage.Address;
        vault["CometBucket"] = storage.Bucket;
        vault["CometBucketKey"] = storage.BucketKey;
        vault["StorageLimitEnabled"] = storage.LimitBytes is not null;
        vault["StorageLimitBytes"] = storage.LimitBytes ?? 0;
        vault["RebrandStorage"] = storage.Rebrand;
        foreach (var (name, value) in storage.Location ?? [])
        {
            vault[name] = value?.DeepClone();
        }

        if (document.Root.Map("Policy").Map("DefaultStorageVaultRetention") is { } retention && retention.Number("Mode") != 0)
        {
            vault["DefaultRetention"] = retention.DeepClone();
        }

        if (deviceId is not null)
        {
            vault["AssociatedDevices"] = new JsonArray(deviceId);
        }

        return vault;
    }

    private static string FreeName(AccountDocument document, string wanted)
    {
        var taken = document.Root.Entries("Destinations").Select(static v => v.Value.Text("Description")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return taken.Contains(wanted) ? Enumerable.Range(2, taken.Count).Select(n => $"{wanted} ({n})").First(n => !taken.Contains(n)) : wanted;
    }

    private async Task UndoAsync(Actor by, ProvisionedStorage storage)
    {
        try
        {
            await templates.UndoAsync(by, storage, CancellationToken.None);
        }
        catch (Exception ex)
        {
            // The caller must learn why the profile could not be saved, not this; but an orphaned bucket must leave a trace.
            LogOrphan(ex, storage.Bucket);
        }
    }

    [LoggerMessage(LogLevel.Error, "Bucket {Bucket} was made for a Storage Vault that could not be saved, and could not be taken back. Delete it by hand.")]
    private partial void LogOrphan(Exception ex, string bucket);
}
