using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Organizations;

namespace Comet.Blazor.Features.Accounts.Users;

/// <summary>
/// Creates an account from a whole profile, such as a copy of another user's (spec/01 §9): password, devices, Protected Items and the keys of the
/// Storage Vaults come with it. It is a new account all the same, with its own CreationGUID and CreateTime and without figures of past jobs.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="policies">What the policy that the profile names says now.</param>
/// <param name="groups">The groups that a profile may be in.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
public sealed class AddUserFromProfile(AccountStore accounts, OrganizationList organizations, IPolicyDirectory policies, UserGroupStore groups, AuditLog audit, TimeProvider clock)
{
    /// <summary>
    /// Creates it. Refused as <see cref="Refusal.Invalid"/> with the rule or field that is wrong, <see cref="Refusal.Conflict"/> for a name in use,
    /// <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/> or beyond the caller's restrictions.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">The new account's name; the profile must say the same, or nothing.</param>
    /// <param name="profile">The profile; stays the caller's.</param>
    /// <param name="organizationId">Where it shall be; null for what the profile says.</param>
    /// <param name="ct">Cancels before anything is written.</param>
    public async Task<Outcome<AccountEntry>> RunAsync(Actor by, string username, JsonObject profile, string? organizationId, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.AccountCreated, AuditTarget.Account(username)) { Note = "From a profile" };
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        if (Check(username, profile) is { Ok: false } wrong)
        {
            return wrong;
        }

        var organization = organizations.Choose(by, organizationId ?? profile.Text("OrganizationID"));
        if (!organization.Ok)
        {
            return organization.Plain;
        }

        var root = (JsonObject)profile.DeepClone();
        if (await SaveProfile.PasswordAsync(root, ct) is { Ok: false } password)
        {
            return password;
        }

        Begin(root, username, organization.Value);
        var nothing = ProfileTemplates.Profile();
        nothing["OrganizationID"] = organization.Value;
        if (References(nothing, root) is { Ok: false } reference)
        {
            return reference;
        }

        PolicyCopies.Embed(policies, root);
        if (ProfileLimits.Check(by, nothing, root) is { Ok: false } beyond)
        {
            return await audit.RecordAsync(happened, beyond);
        }

        return await audit.RecordAsync(
            happened with { Change = new AuditChange(null, root) }, await accounts.AddAsync(new AccountDocument(AccountId.New(), root), CancellationToken.None));
    }

    private Outcome Check(string username, JsonObject profile) =>
        UserRules.CheckUsername(username) is { Ok: false } name ? name
        : accounts.NameTaken(username) is { Ok: false } taken ? taken
        : ProfileShape.Check(profile) is { Ok: false } shape ? shape
        : profile.Text("Username") is { Length: > 0 } other && other != username
            ? Outcome.Invalid($"The profile belongs to {other}. Change its Username to {username}, or name the other user.")
        : UserRules.CheckAccountName(profile.Text("AccountName")) is { Ok: false } accountName ? accountName
        : profile.Text("PasswordHash").Length == 0
            ? Outcome.Invalid("The profile has no PasswordHash, so nobody could sign in. Put a password there with PasswordFormat 0, or copy the field of another profile.")
        : profile.Text("TOTPKey").Length > 0 ? Outcome.Invalid("The field TOTPKey can't be set, only be empty. The user makes a new secret.")
        : Outcome.Done;

    /// <summary>What the profile refers to must be there and be the organization's own, and its values possible, as when a profile is saved.</summary>
    private Outcome References(JsonObject nothing, JsonObject root) =>
        PolicyChoice.Check(policies, null, root) is { Ok: false } policy ? policy
        : GroupChoice.Check(groups, null, root) is { Ok: false } group ? group
        : ProfileValues.Check(nothing, root);

    private void Begin(JsonObject root, string username, string organization)
    {
        if (!root.ContainsKey("PolicyID"))
        {
            root["PolicyID"] = policies.Default(organization)?.Id ?? ""; // of every new user that is not told another one (spec/01 §1.2)
        }

        ProfileTemplates.Complete(root);
        root["Username"] = username;
        root["OrganizationID"] = organization;
        root["CreateTime"] = clock.UnixNow();
        root["CreationGUID"] = Guid.NewGuid().ToString();
        root["LastSuspended"] = root.Flag("IsSuspended") ? clock.UnixNow() : 0L;
        foreach (var map in new[] { "Sources", "Destinations" })
        {
            foreach (var (_, part) in root.Entries(map))
            {
                part.Remove("Statistics");
            }
        }
    }
}
