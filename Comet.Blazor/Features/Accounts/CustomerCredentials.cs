using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts;

/// <summary>
/// Checks customers' derived keys. A success is remembered for a short while under a hash of account, stored record and key, so that
/// thousands of devices that come back after a dropped network do not cost a slow hash each; a changed password is another record.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="secrets">False salts.</param>
/// <param name="clock">Ages the remembered successes.</param>
public sealed class CustomerCredentials(AccountStore accounts, AccountSecrets secrets, TimeProvider clock) : ICustomerCredentials, IDisposable
{
    /// <summary>How long a success is remembered.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <summary>How many successes are remembered at most.</summary>
    public const int MaxRemembered = 20_000;

    private const string Wrong = "The username or password is wrong.";
    private readonly PasswordRecord _nobody = PasswordRecord.Create(RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(16), PasswordKeys.DefaultIterations);
    private readonly byte[] _cacheKey = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<UInt128, long> _successes = new();

    // Slow hashes are pure work: more of them at once than cores would only starve everybody else.
    private readonly SemaphoreSlim _cores = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>The number of slow hashes computed so far, for tests and figures.</summary>
    public long SlowChecks => Interlocked.Read(ref _slowChecks);

    private long _slowChecks;

    /// <inheritdoc />
    public PasswordParameters ParametersFor(string username)
    {
        // Computed in any case: its time must not tell whether the name exists.
        var salt = secrets.FalseSalt(username);
        return RecordOf(accounts.EntryByName(username)) is { } record
            ? new PasswordParameters(record.Salt, record.Iterations)
            : new PasswordParameters(salt, PasswordKeys.DefaultIterations);
    }

    /// <inheritdoc />
    public async Task<Outcome<AccountId>> VerifyKeyAsync(string username, byte[] authKey, CancellationToken ct)
    {
        var entry = accounts.EntryByName(username);
        var record = RecordOf(entry);
        if (!await MatchesAsync(entry, record, authKey, ct) || entry is null)
        {
            return Outcome.Refuse(Refusal.Unauthenticated, Wrong);
        }

        // Read again: the account may have been suspended while the hash was computed.
        var now = accounts.Entry(entry.Id);
        return now is null || now.PasswordHash != entry.PasswordHash ? Outcome.Refuse(Refusal.Unauthenticated, Wrong)
            : now.Ref.IsSuspended ? Outcome.Denied("This account is suspended. Contact your backup administrator.")
            : !now.AllowsPassword ? Outcome.Denied("This account does not allow signing in by password alone.")
            : now.Id;
    }

    /// <inheritdoc />
    public void Dispose() => _cores.Dispose();

    private static PasswordRecord? RecordOf(AccountEntry? entry) =>
        entry is not null && PasswordRecord.TryParse(entry.PasswordFormat, entry.PasswordHash, out var record) ? record : null;

    private async Task<bool> MatchesAsync(AccountEntry? entry, PasswordRecord? record, byte[] authKey, CancellationToken ct)
    {
        var key = Digest(entry, authKey);
        var now = clock.GetTimestamp();
        if (_successes.TryGetValue(key, out var since) && clock.GetElapsedTime(since, now) < Remembered)
        {
            return true;
        }

        await _cores.WaitAsync(ct);
        bool matches;
        try
        {
            Interlocked.Increment(ref _slowChecks);
            matches = await Task.Run(() => (record ?? _nobody).Matches(authKey), ct) && record is not null;
        }
        finally
        {
            _cores.Release();
        }

        if (matches)
        {
            Forget(now);
            _successes[key] = now;
        }

        return matches;
    }

    private void Forget(long now)
    {
        if (_successes.Count < MaxRemembered)
        {
            return;
        }

        foreach (var (key, since) in _successes)
        {
            if (clock.GetElapsedTime(since, now) >= Remembered)
            {
                _successes.TryRemove(key, out _);
            }
        }

        if (_successes.Count >= MaxRemembered)
        {
            _successes.Clear();
        }
    }

    private UInt128 Digest(AccountEntry? entry, byte[] authKey)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _cacheKey);
        hash.AppendData(SHA256.HashData(authKey));
        hash.AppendData(Encoding.UTF8.GetBytes($"{entry?.Id.Value}\n{entry?.PasswordHash}"));
        return BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset());
    }
}
