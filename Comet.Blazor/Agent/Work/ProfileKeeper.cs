using System.Text.Json;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>The device's part of the profile, as last told by the server. Kept in memory only: it holds the keys of buckets.</summary>
/// <param name="ask">Asks the server; null when there is no link.</param>
/// <param name="console">Told when it can't be read.</param>
public sealed class ProfileKeeper(Func<string, CancellationToken, Task<Response?>> ask, AgentConsole console) : IDisposable
{
    private const int Forbidden = 403;
    private readonly SemaphoreSlim _loading = new(1);
    private volatile AgentProfile? _profile;
    private volatile string? _hash;

    /// <summary>Another profile is known.</summary>
    public event Action? Changed;

    /// <summary>What is known; null before the first answer.</summary>
    public AgentProfile? Known => _profile;

    /// <summary>The server has told the hash of the profile that holds now; true when that is another one than known.</summary>
    public bool IsNews(string hash)
    {
        _hash = hash;
        return _profile?.Hash != hash;
    }

    /// <summary>The server has refused this device: what it was told before does not hold any more, and its rules do not run until it is told again.</summary>
    public void Drop()
    {
        (_profile, _hash) = (null, null);
        Changed?.Invoke();
    }

    /// <summary>Asks for it again; false when the server did not answer with one.</summary>
    public async Task<bool> LoadAsync(CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            var answer = await ask(AgentProtocol.DeviceActions.Profile, ct);
            if (answer is { Code: 200, Body: { } body } && body.Deserialize(AgentJson.Default.AgentProfile) is { } profile)
            {
                (_profile, _hash) = (profile, profile.Hash);
                Changed?.Invoke();
                return true;
            }

            if (answer is { Code: Forbidden })
            {
                Drop();
            }

            if (answer is not null)
            {
                console.SayOnce($"The server did not give this device its settings: {answer.Message}");
            }

            return false;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>An item and a vault. The profile is asked for again when it is an old one, or when one of both is unknown: news of a change may still be on its way.</summary>
    public async Task<(AgentItem? Item, AgentVault? Vault)> FindAsync(string itemId, string vaultId, CancellationToken ct)
    {
        var found = Look(itemId, vaultId);
        if (found.Item is null || found.Vault is null || _profile?.Hash != _hash)
        {
            await LoadAsync(ct);
            found = Look(itemId, vaultId);
        }

        return found;
    }

    /// <summary>A vault, as <see cref="FindAsync"/> finds it.</summary>
    public async Task<AgentVault?> FindVaultAsync(string vaultId, CancellationToken ct)
    {
        if (Look("", vaultId).Vault is not { } known || _profile?.Hash != _hash)
        {
            await LoadAsync(ct);
            return Look("", vaultId).Vault;
        }

        return known;
    }

    /// <inheritdoc />
    public void Dispose() => _loading.Dispose();

    private (AgentItem? Item, AgentVault? Vault) Look(string itemId, string vaultId) =>
        (_profile?.Items.FirstOrDefault(i => i.Id == itemId), _profile?.Vaults.FirstOrDefault(v => v.Id == vaultId));
}
