using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
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

    /// <summary>"Allow administrator to reset password"; null for what the policy starts with.</summary>
    public bool? StoreRecoveryCode { get; init; }

    /// <summary>Ask for another password at the first sign-in; null for what the policy starts with.</summary>
    public bool? RequirePasswordChange { get; init; }

    /// <summary>Organization, for callers of the top level; empty for the caller's own.</summary>
    public string OrganizationId { get; init; } = "";

    /// <summary>The policy; empty for a custom one that restricts nothing, null for the organization's default.</summary>
    public string? PolicyId { get; init; }

    /// <summary>Such as en_US.</summary>
    public string Language { get; init; } = "en_US";

    /// <summary>Where reports go; empty for nowhere.</summary>
    public string Email { get; init; } = "";

    /// <summary>The Storage Template from which each new device gets a vault; empty for none.</summary>
    public string AutoStorageTemplateId { get; init; } = "";

    /// <summary>IANA name: the creator's zone in the UI, UTC by API.</summary>
    public string TimeZone { get; init; } = "UTC";
}

/// <summary>Creates an account (spec/01 §1.2, §1.3).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="secrets">Seals the recovery.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="policies">The policies.</param>
/// <param name="cost">How slow the password's hash is made.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
public sealed class AddUser(
    AccountStore accounts, AccountSecrets secrets, OrganizationList organizations, IPolicyDirectory policies, PasswordCost cost, AuditLog audit, TimeProvider clock)
{
    /// <summary>
    /// Creates it. Refused as <see cref="Refusal.Invalid"/> with the rule that failed, <see cref="Refusal.Conflict"/> for a name in use,
    /// <see cref="Refusal.Denied"/> without the right.
    /// </summary>
    public async Task<Outcome<AccountEntry>> RunAsync(Actor by, NewUser user, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.AccountCreated, AuditTarget.Account(user.Username));
        var account = await PrepareAsync(by, user, ct);
        return account.Ok
            ? await audit.RecordAsync(happened with { Change = new AuditChange(null, account.Value.Root) }, await accounts.AddAsync(account.Value, CancellationToken.None))
            : await audit.RecordAsync<AccountEntry>(happened, account.Plain);
    }

    /// <summary>The account as it would be created, refused as <see cref="RunAsync"/> refuses it. Nothing is stored and put on record.</summary>
    public async Task<Outcome<AccountDocument>> PrepareAsync(Actor by, NewUser user, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
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
        root["LanguageCode"] = user.Language;
        root["SendEmailReports"] = true;
        root["SupportsDeviceAssociations"] = true;
        root["AllowPasswordLogin"] = true;
        root["CreateTime"] = clock.UnixNow();
        root["CreationGUID"] = Guid.NewGuid().ToString();
        if (organization.Value.Length > 0)
        {
            root["OrganizationID"] = organization.Value;
        }

        if (user.Email.Length > 0)
        {
            root["Emails"] = new JsonArray(user.Email);
        }

        root["AutoStorageTemplateGUID"] = user.AutoStorageTemplateId;
        if (Follow(by, user, root) is { Ok: false } policy)
        {
            return policy;
        }

        // Deriving takes a tenth of a second of pure work; not on a caller that draws pages.
        await Task.Run(() => SetPassword(root, user), ct);
        return account;
    }

    /// <summary>Why a username can't be taken, for a check while typing; done when it can.</summary>
    public Outcome CheckName(string username) =>
        UserRules.CheckUsername(username) is { Ok: false } rule ? rule : accounts.NameTaken(username);

    private Outcome Check(NewUser user) =>
        CheckName(user.Username) is { Ok: false } name ? name
        : UserRules.CheckPassword(user.Password) is { Ok: false } password ? password
        : UserRules.CheckAccountName(user.AccountName) is { Ok: false } accountName ? accountName
        : user.Email.Length > 0 && !System.Net.Mail.MailAddress.TryCreate(user.Email, out _) ? Outcome.Invalid("The email address is none. Enter one such as mary@example.com, or leave it empty.")
        : !TimeZoneInfo.TryFindSystemTimeZoneById(user.TimeZone, out _) ? Outcome.Invalid("The time zone is not known. Enter its IANA name, such as Europe/Berlin.")
        : Outcome.Done;

    /// <summary>Gives the new profile its policy, and what that says about new users (spec/01 §1.2, §4.4).</summary>
    private Outcome Follow(Actor by, NewUser user, JsonObject root)
    {
        root["PolicyID"] = user.PolicyId ?? policies.Default(root.Text("OrganizationID"))?.Id ?? "";
        if (user.PolicyId is { Length: > 0 } chosen && !by.Limits.AllowsPolicy(chosen))
        {
            return Outcome.Denied("You may not assign this policy: it is not among those that you are restricted to.");
        }

        if (PolicyChoice.Check(policies, null, root) is { Ok: false } wrong)
        {
            return wrong;
        }

        PolicyCopies.Embed(policies, root);
        root["RequirePasswordChange"] = UserPolicy.Of(root).RequireUserResetPassword.ForNew(user.RequirePasswordChange);
        return Outcome.Done;
    }

    private void SetPassword(JsonObject root, NewUser user)
    {
        var salt = RandomNumberGenerator.GetBytes(PasswordKeys.SaltBytes);
        var keys = PasswordKeys.Derive(user.Password, salt, cost.Iterations);
        root["PasswordFormat"] = (long)PasswordRecord.Format;
        root["PasswordHash"] = PasswordRecord.Create(keys.AuthKey, salt, cost.Iterations, cost.Rounds).ToString();
        if (UserPolicy.Of(root).AdminResetPassword.ForNew(user.StoreRecoveryCode))
        {
            root["PasswordRecovery"] = secrets.SealRecovery(keys.WrapKey, salt);
        }

        CryptographicOperations.ZeroMemory(keys.WrapKey);
    }
}
