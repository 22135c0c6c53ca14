using System.Collections.Concurrent;

namespace Comet.Blazor.Agent.Work;

/// <summary>One job at a time per Storage Vault, in the order of asking; jobs of different vaults side by side up to a number.</summary>
public sealed class VaultTurns : IDisposable
{
    private const int Parallel = 4;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _vaults = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _all = new(Parallel);

    /// <summary>Waits for the vault; dispose the answer to give it free.</summary>
    public async Task<IDisposable> EnterAsync(string vaultId, CancellationToken ct)
    {
        var vault = _vaults.GetOrAdd(vaultId, static _ => new SemaphoreSlim(1));
        await vault.WaitAsync(ct);
        try
        {
            await _all.WaitAsync(ct);
        }
        catch
        {
            vault.Release();
            throw;
        }

        return new Turn(vault, _all);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var vault in _vaults.Values)
        {
            vault.Dispose();
        }

        _all.Dispose();
    }

    private sealed class Turn(SemaphoreSlim vault, SemaphoreSlim all) : IDisposable
    {
        public void Dispose()
        {
            all.Release();
            vault.Release();
        }
    }
}
