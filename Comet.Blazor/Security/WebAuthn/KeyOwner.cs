using Microsoft.AspNetCore.Identity;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>The owner of keys, as the framework's passkey handler wants to see one.</summary>
/// <param name="Handle">What keys know the owner by: says nothing about the person.</param>
/// <param name="Name">The administrator's name, shown by browsers.</param>
/// <param name="Keys">The keys that count in this ceremony.</param>
internal sealed record KeyOwner(string Handle, string Name, IReadOnlyList<UserPasskeyInfo> Keys);

/// <summary>
/// The framework's store, for one ceremony and one owner: it is asked for keys, and never to keep anything. Administrators are changed through
/// <see cref="Administrators.AdministratorStore"/> alone.
/// </summary>
/// <param name="owner">The owner.</param>
internal sealed class KeyOwnerStore(KeyOwner owner) : IUserPasskeyStore<KeyOwner>
{
    public Task<KeyOwner?> FindByIdAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(userId == owner.Handle ? owner : null);

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(KeyOwner user, CancellationToken cancellationToken) => Task.FromResult<IList<UserPasskeyInfo>>([.. user.Keys]);

    public Task<UserPasskeyInfo?> FindPasskeyAsync(KeyOwner user, byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(user.Keys.FirstOrDefault(k => k.CredentialId.AsSpan().SequenceEqual(credentialId)));

    // Whether a key is somebody's already is asked under the settings' lock, where it can't change any more.
    public Task<KeyOwner?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) => Task.FromResult<KeyOwner?>(null);

    public Task<string> GetUserIdAsync(KeyOwner user, CancellationToken cancellationToken) => Task.FromResult(user.Handle);

    public Task<string?> GetUserNameAsync(KeyOwner user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    public Task<string?> GetNormalizedUserNameAsync(KeyOwner user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    public Task<KeyOwner?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw NotHere();

    public Task AddOrUpdatePasskeyAsync(KeyOwner user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw NotHere();

    public Task RemovePasskeyAsync(KeyOwner user, byte[] credentialId, CancellationToken cancellationToken) => throw NotHere();

    public Task SetUserNameAsync(KeyOwner user, string? userName, CancellationToken cancellationToken) => throw NotHere();

    public Task SetNormalizedUserNameAsync(KeyOwner user, string? normalizedName, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> CreateAsync(KeyOwner user, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> UpdateAsync(KeyOwner user, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> DeleteAsync(KeyOwner user, CancellationToken cancellationToken) => throw NotHere();

    public void Dispose()
    {
    }

    private static NotSupportedException NotHere() => new("Administrators are changed through the settings file alone.");
}
