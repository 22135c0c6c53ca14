using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Users.Bulk;

/// <summary>Lets a user follow a policy, or none: then what the last one said keeps holding, for this user alone (spec/01 §2.5).</summary>
/// <param name="users">Changes users.</param>
/// <param name="policies">The policies.</param>
public sealed class AssignPolicy(ChangeUser users, IPolicyDirectory policies)
{
    /// <summary>
    /// Assigns it. Refused as <see cref="Refusal.Missing"/> for an unknown policy, <see cref="Refusal.Invalid"/> for one of another organization than the
    /// user's, <see cref="Refusal.Denied"/> for a policy that the caller may not assign, and as <see cref="ChangeUser"/> refuses.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">To whom.</param>
    /// <param name="policyId">The policy; empty for none.</param>
    /// <param name="ct">Cancels before anything is written.</param>
    public Task<Outcome> RunAsync(Actor by, string username, string policyId, CancellationToken ct)
    {
        var change = new UserChange(AuditActions.AccountChanged, document =>
        {
            if (document.Root.Text("PolicyID") == policyId)
            {
                return Outcome.Done;
            }

            if (Check(by, document, policyId) is { Ok: false } wrong)
            {
                return wrong;
            }

            document.Root["PolicyID"] = policyId;
            PolicyCopies.Embed(policies, document.Root);
            return Outcome.Done;
        });
        return users.RunAsync(by, username, change, ct);
    }

    private Outcome Check(Actor by, AccountDocument user, string policyId)
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
            : policy.OrganizationId != user.Root.Text("OrganizationID") ? Outcome.Invalid($"The policy {policy.Name} belongs to another organization than the user {user.Username}.")
            : Outcome.Done;
    }
}
