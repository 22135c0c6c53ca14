using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Items.Engines;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Items.Copying;

/// <summary>Where a copied Protected Item goes, and what goes with it.</summary>
/// <param name="Username">The user.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="Name">The new item's name.</param>
/// <param name="VaultId">The Storage Vault of the copied backup rules; null to leave the rules behind.</param>
/// <param name="WithSecrets">Passwords of databases and shares go to another user, too. Within one user they always do.</param>
public sealed record PasteTarget(string Username, string DeviceId, string Name, string? VaultId = null, bool WithSecrets = false);

/// <summary>A pasted Protected Item.</summary>
/// <param name="ItemId">Its key in the profile.</param>
/// <param name="LeftOut">Keys of settings that were left out because they are secrets.</param>
public sealed record PastedItem(string ItemId, IReadOnlyList<string> LeftOut);

/// <summary>
/// Makes a new Protected Item from a copied one on any device of any user (spec/01 §5.3): a new id, new times and no statistics; no backup data and
/// no keys. Paths of another operating system are taken as they are, to be changed in the editor.
/// </summary>
/// <param name="read">Reads the target.</param>
/// <param name="save">Saves the new item.</param>
/// <param name="policies">Name the policy in a refusal.</param>
public sealed class PasteProtectedItem(ReadProfile read, SaveProtectedItem save, IPolicyDirectory policies)
{
    /// <summary>
    /// Pastes. Refused as <see cref="Refusal.Missing"/> for an unknown user or device, as <see cref="Refusal.Invalid"/> for a vault that is not there
    /// or not for the device, as <see cref="Refusal.Denied"/> without the right or when the user's policy prevents such an item.
    /// </summary>
    public async Task<Outcome<PastedItem>> RunAsync(Actor by, CopiedItem copied, PasteTarget target, CancellationToken ct)
    {
        var profile = await read.RunAsync(by, target.Username, ct);
        if (!profile.Ok)
        {
            return profile.Plain;
        }

        var document = profile.Value.Document;
        var rules = ItemRules.Of(document.Root, policies);
        if (rules.NoAdd(copied.Source.Text("Engine")) is { } prevented)
        {
            return Outcome.Denied(prevented);
        }

        if (target.VaultId is { } vaultId && CheckVault(document, vaultId, target) is { Ok: false } vault)
        {
            return vault;
        }

        var (source, leftOut) = Source(copied, target, document);
        if (rules.NoRetention is not null)
        {
            source["OverrideDestinationRetention"] = new JsonObject(); // the vaults decide, as for the user's own items
        }

        var backupRules = target.VaultId is null ? [] : copied.Rules.ToDictionary(static _ => Guid.NewGuid().ToString(), r => Rule(r, target.VaultId), StringComparer.Ordinal);
        var change = new ItemChange(Guid.NewGuid().ToString(), source, backupRules) { OfAnySystem = true };
        var saved = await save.RunAsync(by, target.Username, change, null, ct);
        return saved.Ok ? new PastedItem(change.Id, leftOut) : saved.Plain;
    }

    /// <summary>Keys of the copied settings that are secrets.</summary>
    public static IReadOnlyList<string> Secrets(CopiedItem copied) => [.. copied.Source.Map("EngineProps").Select(static p => p.Key).Where(EngineSecrets.Is)];

    private static Outcome CheckVault(AccountDocument document, string vaultId, PasteTarget target) =>
        document.Vault(vaultId) is not { } vault ? Outcome.Invalid($"{target.Username} does not have this Storage Vault any more. Choose another one, or paste without the backup rules.")
        : AccountDocument.VaultServes(vault, target.DeviceId) ? Outcome.Done
        : Outcome.Invalid($"The Storage Vault {vault.Text("Description")} does not serve this device. Choose another one, or paste without the backup rules.");

    private static (JsonObject Source, IReadOnlyList<string> LeftOut) Source(CopiedItem copied, PasteTarget target, AccountDocument document)
    {
        var source = (JsonObject)copied.Source.DeepClone();
        source.Remove("Statistics");
        (source["Description"], source["OwnerDevice"], source["PolicySourceID"]) = (target.Name.Trim(), target.DeviceId, "");
        (source["CreateTime"], source["ModifyTime"], source["ExistingUserUpdate"]) = (0L, 0L, false);
        var overrides = source.Map("OverrideDestinationRetention");
        foreach (var vault in overrides.Select(static o => o.Key).Where(v => document.Vault(v) is null).ToArray())
        {
            overrides.Remove(vault);
        }

        IReadOnlyList<string> leftOut = document.Id == copied.Account || target.WithSecrets ? [] : Secrets(copied);
        foreach (var key in leftOut)
        {
            source.Map("EngineProps").Remove(key);
        }

        return (source, leftOut);
    }

    private static JsonObject Rule(JsonObject rule, string vaultId)
    {
        var copy = (JsonObject)rule.DeepClone();
        (copy["Source"], copy["Destination"], copy["CreateTime"], copy["ModifyTime"]) = ("", vaultId, 0L, 0L);
        return copy;
    }
}
