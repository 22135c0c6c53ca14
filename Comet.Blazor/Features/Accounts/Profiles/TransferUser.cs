using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Organizations;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// Moves a user to another organization (spec/04 §17): the administrators of the old one lose sight of it. The user's group and policy belong to the old
/// organization and stay behind; what the policy had set keeps holding for the user alone.
/// </summary>
/// <param name="users">Changes users.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="sessions">The user's sessions, which end.</param>
public sealed class TransferUser(ChangeUser users, OrganizationList organizations, SessionStore sessions)
{
    /// <summary>
    /// Moves the user. Refused as <see cref="Refusal.Denied"/> for anybody but the top level, as <see cref="Refusal.Missing"/> for an unknown user or organization.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">Whom.</param>
    /// <param name="organizationId">Where to; empty for the top level.</param>
    /// <param name="ct">Cancels before anything is written.</param>
    public Task<Outcome> RunAsync(Actor by, string username, string organizationId, CancellationToken ct)
    {
        var change = new UserChange(AuditActions.AccountTransferred, document =>
        {
            var root = document.Root;
            if (!organizations.Exists(organizationId))
            {
                return OrganizationList.Unknown;
            }

            if (root.Text("OrganizationID") == organizationId)
            {
                return Outcome.Done;
            }

            if (root.Text("PolicyID").Length > 0 && !by.Limits.AllowsPolicy(""))
            {
                return Outcome.Denied("You may not take this user's policy away, and a policy does not go along to another organization.");
            }

            root["OrganizationID"] = organizationId;
            root["GroupID"] = "";
            root["PolicyID"] = "";
            return Outcome.Done;
        })
        {
            May = MayTransfer(by),

            // Where the other organization is suspended, SuspendedOrganizations ends the connections, too.
            Then = (account, changed) => changed ? sessions.EndOfAccountAsync(account, CancellationToken.None) : Task.CompletedTask,
        };
        return users.RunAsync(by, username, change, ct);
    }

    /// <summary>Why this administrator can't move users between organizations; done when he can.</summary>
    public static Outcome MayTransfer(Actor by) =>
        by.Needs(Right.AccountsManage) is { Ok: false } denied ? denied
        : by.IsTopLevel ? Outcome.Done
        : Outcome.Denied("Only an administrator of the top level moves users between organizations.");
}
