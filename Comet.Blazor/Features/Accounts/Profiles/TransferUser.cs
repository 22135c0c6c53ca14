using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Organizations;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// Moves a user to another organization (spec/04 §17): the administrators of the old one lose sight of it. The user's group and policy belong to the old
/// organization and stay behind; what the policy had set keeps holding for the user alone.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="sessions">The user's sessions, which end.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class TransferUser(AccountStore accounts, OrganizationList organizations, SessionStore sessions, ProfileAudit audit)
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
        ct.ThrowIfCancellationRequested();
        return audit.RunAsync(new AuditEvent(by, AuditActions.AccountTransferred, AuditTarget.Account(username)), trace => ChangeAsync(by, username, organizationId, trace));
    }

    private async Task<Outcome> ChangeAsync(Actor by, string username, string organizationId, ProfileTrace trace)
    {
        if (MayTransfer(by) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        if (!organizations.Exists(organizationId))
        {
            return OrganizationList.Unknown;
        }

        if (target.PolicyId.Length > 0 && target.Ref.OrganizationId != organizationId && !by.Limits.AllowsPolicy(""))
        {
            return Outcome.Denied("You may not take this user's policy away, and a policy does not go along to another organization.");
        }

        var changed = await accounts.ChangeAsync(
            target.Id,
            null,
            document =>
            {
                if (document.Root.Text("OrganizationID") != organizationId)
                {
                    document.Root["OrganizationID"] = organizationId;
                    document.Root["GroupID"] = "";
                    document.Root["PolicyID"] = "";
                }

                return Outcome.Done;
            },
            tellDevices: true,
            trace,
            CancellationToken.None);
        if (changed.Ok && trace.IsChanged)
        {
            await sessions.EndOfAccountAsync(target.Id, CancellationToken.None);
        }

        return changed.Plain;
    }

    /// <summary>Why this administrator can't move users between organizations; done when he can.</summary>
    public static Outcome MayTransfer(Actor by) =>
        by.Needs(Right.AccountsManage) is { Ok: false } denied ? denied
        : by.IsTopLevel ? Outcome.Done
        : Outcome.Denied("Only an administrator of the top level moves users between organizations.");
}
