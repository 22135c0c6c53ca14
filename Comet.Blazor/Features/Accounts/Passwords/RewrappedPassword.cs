using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Passwords;

/// <summary>A new password of an account, ready to take the old one's place: the keys of the Storage Vaults are wrapped anew under it in the same step (decisions.md 8).</summary>
public sealed class RewrappedPassword : IDisposable
{
    private readonly PasswordKeys _keys;
    private readonly byte[] _salt;
    private readonly string _proof;
    private readonly AccountSecrets _secrets;

    private RewrappedPassword(PasswordKeys keys, byte[] salt, string proof, AccountSecrets secrets) => (_keys, _salt, _proof, _secrets) = (keys, salt, proof, secrets);

    /// <summary>Derives what the account will keep. Slow on purpose.</summary>
    public static Task<RewrappedPassword> MakeAsync(string password, AccountSecrets secrets, CancellationToken ct) => Task.Run(
        () =>
        {
            var salt = RandomNumberGenerator.GetBytes(PasswordKeys.SaltBytes);
            var keys = PasswordKeys.Derive(password, salt, PasswordKeys.DefaultIterations);
            return new RewrappedPassword(keys, salt, PasswordRecord.Create(keys.AuthKey, salt, PasswordKeys.DefaultIterations).ToString(), secrets);
        },
        ct);

    /// <summary>
    /// Puts it into the profile. <see cref="Refusal.Conflict"/> when the key of a vault can't be opened with the old password's wrapping key; nothing
    /// may be saved then, or the backups would be lost. A sealed recovery is renewed, and made only when the policy always allows
    /// the reset (spec/01 §2.2, §4.4).
    /// </summary>
    public Outcome Apply(AccountDocument document, byte[] oldWrapKey)
    {
        foreach (var (vaultId, node) in document.Vaults)
        {
            if (node is JsonObject vault && vault.Text("EncryptedEncryptionKey") is { Length: > 0 } wrapped)
            {
                if (vault.Number("EncryptionKeyEncryptionMethod") != WrappedKeys.AesGcm || VaultKeyWrap.TryUnwrap(vaultId, wrapped, oldWrapKey) is not { } password)
                {
                    return Outcome.Conflict($"The key of the Storage Vault \"{vault.Text("Description")}\" can't be opened with the current password, so it would be lost. Nothing was changed.");
                }

                vault["EncryptedEncryptionKey"] = VaultKeyWrap.Wrap(vaultId, password, _keys.WrapKey);
            }
        }

        document.Root["PasswordFormat"] = (long)PasswordRecord.Format;
        document.Root["PasswordHash"] = _proof;
        document.Root["RequirePasswordChange"] = false;
        if (UserPolicy.Of(document.Root).AdminResetPassword.Effective(document.PasswordRecovery.Length > 0))
        {
            document.Root["PasswordRecovery"] = _secrets.SealRecovery(_keys.WrapKey, _salt);
        }

        return Outcome.Done;
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_keys.WrapKey);
}
