using System.Security.Cryptography;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Passwords;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts;

/// <summary>Checks customers' derived keys; thousands of devices that come back together cost one slow hash per account (<see cref="VerifiedPasswords"/>).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="secrets">False salts.</param>
/// <param name="passwords">Computes the slow hashes and remembers successes.</param>
public sealed class CustomerCredentials(AccountStore accounts, AccountSecrets secrets, VerifiedPasswords passwords) : ICustomerCredentials
{
    private readonly PasswordRecord _nobody = PasswordRecord.Create(RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(16), PasswordKeys.DefaultIterations);

    /// <inheritdoc />
    public bool Any => accounts.Count > 0;

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
        var check = await passwords.CheckAsync(
            PasswordLane.Customers, entry?.Id.Value ?? "", record is null ? "" : entry!.PasswordHash, authKey, () => (record ?? _nobody).Matches(authKey) && record is not null, ct);
        if (!check.Ok || entry is null)
        {
            return check.Ok ? VerifiedPasswords.Wrong : check;
        }

        // Read again: the account may have been suspended while the hash was computed.
        var now = accounts.Entry(entry.Id);
        return now is null || now.PasswordHash != entry.PasswordHash ? VerifiedPasswords.Wrong
            : now.Ref.IsSuspended ? Outcome.Denied("This account is suspended. Contact your backup administrator.")
            : !now.AllowsPassword ? Outcome.Denied("This account does not allow signing in by password alone.")
            : now.Id;
    }

    private static PasswordRecord? RecordOf(AccountEntry? entry) =>
        entry is not null && PasswordRecord.TryParse(entry.PasswordFormat, entry.PasswordHash, out var record) ? record : null;
}
