using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>A Storage Vault as its pages need it; secrets are not in it.</summary>
/// <param name="Hash">The profile's hash, for a change.</param>
/// <param name="Draft">What can be edited.</param>
/// <param name="Policy">What the user's policy says about vaults.</param>
/// <param name="Initialised">Unix seconds UTC when its key was made; 0 when no device has used it.</param>
/// <param name="Problem">What the last retention pass complained about; empty for nothing.</param>
/// <param name="Analysis">How its data is distributed; null when not measured yet.</param>
/// <param name="Rules">How many backup rules lead to it.</param>
public sealed record VaultView(string Hash, VaultDraft Draft, VaultPolicy Policy, long Initialised, string Problem, VaultAnalysis? Analysis, int Rules)
{
    /// <summary>Retention of Protected Items that beats the vault's, by item id.</summary>
    public IReadOnlyDictionary<string, RetentionPolicy> Overrides { get; init; } = new Dictionary<string, RetentionPolicy>();

    /// <summary>Names of the Protected Items by id.</summary>
    public IReadOnlyDictionary<string, string> Items { get; init; } = new Dictionary<string, string>();
}

/// <summary>Reads one Storage Vault of an account, or what a new one begins with.</summary>
/// <param name="read">Reads the profile.</param>
/// <param name="policies">The names of policies.</param>
public sealed class ReadVault(ReadProfile read, IPolicyDirectory policies)
{
    /// <summary>Refused as <see cref="Refusal.Denied"/> or, for an unknown user or vault, as <see cref="Refusal.Missing"/>.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">The account.</param>
    /// <param name="vaultId">The vault; null for a new one.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<Outcome<VaultView>> RunAsync(Actor by, string username, string? vaultId, CancellationToken ct)
    {
        var profile = await read.RunAsync(by, username, ct);
        if (!profile.Ok)
        {
            return profile.Plain;
        }

        var root = profile.Value.Document.Root;
        var policy = VaultPolicy.Of(root, policies);
        if (vaultId is null)
        {
            return new VaultView(profile.Value.Hash, VaultDraft.New(VaultTypes.Local, policy.DefaultRetention), policy, 0, "", null, 0);
        }

        if (profile.Value.Document.Vault(vaultId) is not { } vault)
        {
            return Outcome.Missing("The Storage Vault does not exist any more.");
        }

        var items = root.Entries("Sources").ToArray();
        return new VaultView(
            profile.Value.Hash, VaultDraft.From(vault), policy, vault.Number("RepoInitTimestamp"), vault.Text("RetentionError"), VaultAnalysis.Of(root, vaultId), DeleteVault.RulesTo(root, vaultId).Count)
        {
            Items = items.ToDictionary(static i => i.Key, static i => i.Value.Text("Description") is { Length: > 0 } name ? name : i.Key),
            Overrides = items.Select(i => (i.Key, Own: i.Value.Map("OverrideDestinationRetention").Map(vaultId))).Where(static i => i.Own.Number("Mode") != 0)
                .ToDictionary(static i => i.Key, static i => RetentionPolicy.Read(i.Own)),
        };
    }
}
