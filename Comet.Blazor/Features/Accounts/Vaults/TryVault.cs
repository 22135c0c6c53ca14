using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>Asks a live device whether it can reach a Storage Vault as it is being described, before anything is saved.</summary>
/// <param name="read">Reads the profile: secrets that the person does not type are taken from there.</param>
/// <param name="devices">Asks the device.</param>
public sealed class TryVault(ReadProfile read, IDeviceQuestions devices)
{
    /// <summary>Refused as <see cref="IDeviceQuestions"/>, as <see cref="Refusal.Invalid"/> with what is wrong with the description.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">The account.</param>
    /// <param name="vaultId">The vault; null for a new one.</param>
    /// <param name="draft">How it is described now.</param>
    /// <param name="connectionId">The device's live connection.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Outcome<VaultTested>> RunAsync(Actor by, string username, string? vaultId, VaultDraft draft, string connectionId, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        var profile = await read.RunAsync(by, username, ct);
        if (!profile.Ok)
        {
            return profile.Plain;
        }

        var vault = vaultId is null ? null : profile.Value.Document.Vault(vaultId);
        var named = draft.Description.Length > 0 ? draft : draft with { Description = "Test" };
        if (named.Check() is { Ok: false } wrong)
        {
            return wrong;
        }

        // A stored secret goes only where it belongs: to the address that it was stored with.
        if (vault is not null && draft.KnownSecrets.Any(s => !draft.Fields.ContainsKey(s)) && Elsewhere(VaultDraft.From(vault), draft) is { } moved)
        {
            return Outcome.Invalid($"{moved} was changed. Type the secrets again to test it: the stored ones are sent only to where they belong.");
        }

        var destination = vault ?? ProfileTemplates.Vault();
        named.WriteTo(destination);
        return await devices.TestVaultAsync(by, connectionId, destination, ct);
    }

    private static string? Elsewhere(VaultDraft stored, VaultDraft now) =>
        VaultFields.Of(now.Type).FirstOrDefault(f => f is { IsSecret: false, Required: true } && stored.Field(f.Path) != now.Field(f.Path))?.Label;
}
