using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Organizations;
using Comet.Blazor.Security.Passwords;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Passwords;

/// <summary>Checks customers' derived keys; thousands of devices that come back together cost one slow hash per account (<see cref="VerifiedPasswords"/>).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="secrets">False salts.</param>
/// <param name="passwords">Computes the slow hashes and remembers successes.</param>
/// <param name="organizations">A suspended one takes all its users along.</param>
public sealed class CustomerCredentials(AccountStore accounts, AccountSecrets secrets, VerifiedPasswords passwords, OrganizationList organizations) : ICustomerCredentials
{
    private readonly PasswordRecord _nobody = PasswordRecord.Create(RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(16), PasswordKeys.DefaultIterations);

    /// <inheritdoc />
    public bool Any => accounts.Count > 0;

    /// <inheritdoc />
    public PasswordParameters ParametersFor(string username)
    {
        // Computed in any case: its time must not tell whether the name exists.
        var salt = secrets.FalseSalt(username);
        return RecordOf(accounts.EntryByAnyName(username)) is { } record
            ? new PasswordParameters(record.Salt, record.Iterations)
            : new PasswordParameters(salt, PasswordKeys.DefaultIterations);
    }

    /// <inheritdoc />
    public async Task<Outcome<AccountId>> VerifyKeyAsync(string username, byte[] authKey, CancellationToken ct)
    {
        var entry = accounts.EntryByAnyName(username); // a device that has not heard of its account's new name yet
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
            : IsSuspended(now) ? Outcome.Denied(SuspendUser.Sentence)
            : !now.SignIn.AllowsPassword ? Outcome.Denied("This account does not allow signing in by password alone.")
            : now.Id;
    }

    /// <inheritdoc />
    public async Task<Outcome<CustomerLogin>> VerifyPasswordAsync(string username, string password, CancellationToken ct)
    {
        var entry = accounts.EntryByName(username);
        var record = RecordOf(entry);
        var salt = secrets.FalseSalt(username);
        var check = await passwords.CheckAsync(
            PasswordLane.CustomerPasswords, entry?.Id.Value ?? "", record is null ? "" : entry!.PasswordHash, Encoding.UTF8.GetBytes(password),
            () => (record ?? _nobody).Matches(PasswordKeys.Derive(password, record?.Salt ?? salt, record?.Iterations ?? PasswordKeys.DefaultIterations).AuthKey) && record is not null, ct);
        if (!check.Ok || entry is null)
        {
            return check.Ok ? VerifiedPasswords.Wrong : check;
        }

        return accounts.Entry(entry.Id) is { } now && now.PasswordHash == entry.PasswordHash ? LoginOf(now) : VerifiedPasswords.Wrong; // it may have been changed meanwhile
    }

    /// <inheritdoc />
    public CustomerLogin? Find(AccountId account) => accounts.Entry(account) is { } entry ? LoginOf(entry) : null;

    /// <inheritdoc />
    public CustomerLogin? FindByName(string username) => accounts.EntryByName(username) is { } entry ? LoginOf(entry) : null;

    private CustomerLogin LoginOf(AccountEntry entry) => new(entry.Id, entry.Ref.Username, entry.Ref.OrganizationId)
    {
        IsSuspended = IsSuspended(entry),
        PreventsWeb = entry.SignIn.PreventsWeb,
        AllowsPassword = entry.SignIn.AllowsPassword,
        AllowsTotp = entry.SignIn.AllowsTotp,
        PasswordRecord = entry.PasswordHash,
        TotpKey = entry.SignIn.TotpKey,
        MustChangePassword = entry.SignIn.MustChangePassword,
    };

    private bool IsSuspended(AccountEntry entry) => entry.IsSuspendedItself || organizations.IsSuspended(entry.Ref.OrganizationId);

    private static PasswordRecord? RecordOf(AccountEntry? entry) =>
        entry is not null && PasswordRecord.TryParse(entry.PasswordFormat, entry.PasswordHash, out var record) ? record : null;
}
