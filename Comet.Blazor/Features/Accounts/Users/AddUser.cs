using System.Security.Cryptography;
using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Organizations;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Users;

/// <summary>What a new account starts with.</summary>
/// <param name="Username">Its name.</param>
/// <param name="Password">Its password.</param>
public sealed record NewUser(string Username, string Password)
{
    /// <summary>Free text.</summary>
    public string AccountName { get; init; } = "";

    /// <summary>"Allow administrator to reset password".</summary>
    public bool StoreRecoveryCode { get; init; }

    /// <summary>Ask for another password at the first sign-in.</summary>
    public bool RequirePasswordChange { get; init; }

    /// <summary>Organization, for callers of the top level; empty for the caller's own.</summary>
    public string OrganizationId { get; init; } = "";

    /// <summary>IANA name: the creator's zone in the UI, UTC by API.</summary>
    public string TimeZone { get; init; } = "UTC";
}

/// <summary>Creates an account (spec/01 §1.2, §1.3).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="secrets">Seals the recovery.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
public sealed class AddUser(AccountStore accounts, AccountSecrets secrets, OrganizationList organizations, AuditLog audit, TimeProvider clock)
{
    /// <summary>
    /// Creates it. Refused as <see cref="Refusal.Invalid"/> with the rule that failed, <see cref="Refusal.Conflict"/> for a name in use,
    /// <see cref="Refusal.Denied"/> without the right.
    /// </summary>
    public async Task<Outcome<AccountEntry>> RunAsync(Actor by, NewUser user, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.AccountCreated, AuditTarget.Account(user.Username));
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        var check = Check(user);
        if (!check.Ok)
        {
            return check;
        }

        var organization = organizations.Choose(by, user.OrganizationId);
        if (!organization.Ok)
        {
            return organization.Plain;
        }

        var root = ProfileTemplates.Profile();
        var account = new AccountDocument(AccountId.New(), root) { Username = user.Username, AccountName = user.AccountName };
        root["LocalTimezone"] = user.TimeZone;
        root["LanguageCode"] = "en_US";
        root["SendEmailReports"] = true;
        root["SupportsDeviceAssociations"] = true;
        root["AllowPasswordLogin"] = true;
        root["RequirePasswordChange"] = user.RequirePasswordChange;
        root["CreateTime"] = clock.UnixNow();
        root["CreationGUID"] = Guid.NewGuid().ToString();
        if (organization.Value.Length > 0)
        {
            root["OrganizationID"] = organization.Value;
        }

        // Deriving takes a tenth of a second of pure work; not on a caller that draws pages.
        await Task.Run(() => SetPassword(root, user), ct);
        return await audit.RecordAsync(happened with { Change = new AuditChange(null, root) }, await accounts.AddAsync(account, CancellationToken.None));
    }

    /// <summary>Why a username can't be taken, for a check while typing; done when it can.</summary>
    public Outcome CheckName(string username) =>
        UserRules.CheckUsername(username) is { Ok: false } rule ? rule : accounts.NameTaken(username);

    private Outcome Check(NewUser user) =>
        CheckName(user.Username) is { Ok: false } name ? name
        : UserRules.CheckPassword(user.Password) is { Ok: false } password ? password
        : UserRules.CheckAccountName(user.AccountName) is { Ok: false } accountName ? accountName
        : Outcome.Done;

    private void SetPassword(System.Text.Json.Nodes.JsonObject root, NewUser user)
    {
        var salt = RandomNumberGenerator.GetBytes(PasswordKeys.SaltBytes);
        var keys = PasswordKeys.Derive(user.Password, salt, PasswordKeys.DefaultIterations);
        root["PasswordFormat"] = (long)PasswordRecord.Format;
        root["PasswordHash"] = PasswordRecord.Create(keys.AuthKey, salt, PasswordKeys.DefaultIterations).ToString();
        if (user.StoreRecoveryCode)
        {
            root["PasswordRecovery"] = secrets.SealRecovery(keys.WrapKey, salt);
        }

        CryptographicOperations.ZeroMemory(keys.WrapKey);
    }
}
