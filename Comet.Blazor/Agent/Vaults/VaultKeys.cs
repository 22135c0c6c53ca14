using System.Security.Cryptography;
using System.Text.Json;
using Comet.Blazor.Agent.Link;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Vaults;

/// <summary>Passwords of repositories: made here, opened here, known to the server only wrapped (decisions.md 8, 25).</summary>
/// <param name="state">Remembers which vaults this device has yet to prepare.</param>
/// <param name="credentials">The wrapping half.</param>
public sealed class VaultKeys(StateFolder state, Credentials credentials)
{
    private const int PasswordBytes = 32;

    /// <summary>Asks the server; null when it does not answer.</summary>
    public required Func<string, JsonElement?, CancellationToken, Task<Response?>> Ask { get; init; }

    /// <summary>The password of a vault's repository. A vault without one gets a random one; of two devices at once, the first wins and the other adopts its key.</summary>
    /// <exception cref="AgentFailure">It can't be opened, or not be offered now.</exception>
    public async Task<string> OpenAsync(AgentVault vault, CancellationToken ct)
    {
        var wrap = credentials.WrapKey ?? throw new AgentFailure("The agent has not signed in yet. Try again when it is connected.");
        if (vault.WrappedKey.Length > 0)
        {
            return Unwrap(vault, vault.KeyMethod, vault.WrappedKey, wrap);
        }

        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes));
        var offer = new OfferVaultKey(vault.Id, WrappedKeys.AesGcm, VaultKeyWrap.Wrap(vault.Id, password, wrap));

        // Noted before it is offered: whoever made the key makes the repository, also after a crash in between.
        DurableFile.Write(MakerNote(vault.Id, password), []);
        var answer = await Ask(AgentProtocol.DeviceActions.OfferVaultKey, JsonSerializer.SerializeToElement(offer, AgentJson.Default.OfferVaultKey), ct);
        var stored = answer switch
        {
            null => throw new AgentFailure($"The Storage Vault \"{vault.Description}\" has no key yet, and the server can't be asked now to keep one. Try again when the agent is connected."),
            { Code: 200, Body: { } body } => body.Deserialize(AgentJson.Default.VaultKeyStored)!,
            _ => throw new AgentFailure($"The server did not accept a key for the Storage Vault \"{vault.Description}\": {answer.Message}"),
        };
        var standing = Unwrap(vault, stored.KeyMethod, stored.WrappedKey, wrap);
        if (standing != password)
        {
            DurableFile.Delete(MakerNote(vault.Id, password));
        }

        return standing;
    }

    /// <summary>True when this device has made the key and no repository for it yet.</summary>
    public bool MayPrepare(string vaultId, string password) => File.Exists(MakerNote(vaultId, password));

    /// <summary>The repository exists.</summary>
    public void Prepared(string vaultId, string password)
    {
        if (MayPrepare(vaultId, password))
        {
            DurableFile.Delete(MakerNote(vaultId, password));
        }
    }

    private static string Unwrap(AgentVault vault, int method, string wrappedKey, byte[] wrap) =>
        method != WrappedKeys.AesGcm ? throw new AgentFailure($"The key of the Storage Vault \"{vault.Description}\" is kept by method {method}, which this version does not know. Update the agent.")
        : VaultKeyWrap.TryUnwrap(vault.Id, wrappedKey, wrap) ?? throw new AgentFailure(
            $"The key of the Storage Vault \"{vault.Description}\" can't be opened with this account's password: it was made under another one. Restore that password, or request a new Storage Vault.");

    /// <summary>One note per key: an offer whose answer was lost may be the one that stands.</summary>
    private string MakerNote(string vaultId, string password) => state.Sub("prepare", StateFolder.NameFor($"{vaultId} {password}"));
}
