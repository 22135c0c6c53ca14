using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Users.Bulk;

/// <summary>Lets a user follow a policy, or none: then what the last one said keeps holding, for this user alone (spec/01 §2.5).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="policies">The policies.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class AssignPolicy(AccountStore accounts, IPolicyDirectory policies, ProfileAudit audit)
{
    /// <summary>
    /// Assigns it. Refused as <see cref="Refusal.Missing"/> for an unknown user or policy, <see cref="Refusal.Invalid"/> for a policy of another
    /// organization, <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/> or for a policy that the caller may not assign.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">To whom.</param>
    /// <param name="policyId">The policy; empty for none.</param>
    /// <param name="ct">Cancels before anything is written.</param>
    public Task<Outcome> RunAsync(Actor by, string username, string policyId, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return audit.RunAsync(new AuditEvent(by, AuditActions.AccountChanged, AuditTarget.Account(username)), trace => AssignAsync(by, username, policyId, trace));
    }

    private async Task<Outcome> AssignAsync(Actor by, string username, string policyId, ProfileTrace trace)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        var edit = new AccountEdit(target.Id, document =>
        {
            if (document.Root.Text("PolicyID") == policyId)
            {
                return Outcome.Done;
            }

            if (Check(by, target, policyId) is { Ok: false } wrong)
            {
                return wrong;
            }

            document.Root["PolicyID"] = policyId;
            PolicyCopies.Embed(policies, document.Root);
            return Outcome.Done;
        }) { Trace = trace };
        return (await accounts.ChangeAsync(edit, CancellationToken.None)).Plain;
    }

    private Outcome Check(Actor by, AccountEntry target, string policyId)
    {
        if (!by.Limits.AllowsPolicy(policyId))
        {
            return Outcome.Denied("You may not assign this policy: it is not among those that you are restricted to.");
        }

        if (policyId.Length == 0)
        {
            return Outcome.Done;
        }

        return policies.Find(by, policyId) is not { } policy ? Outcome.Missing("There is no such policy.")
            : policy.OrganizationId != target.Ref.OrganizationId ? Outcome.Invalid($"The policy {policy.Name} belongs to another organization than the user {target.Ref.Username}.")
            : Outcome.Done;
    }
}
