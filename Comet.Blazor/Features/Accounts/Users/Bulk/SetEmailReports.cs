using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Users.Bulk;

/// <summary>Switches a user's email reports on or off.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class SetEmailReports(AccountStore accounts, ProfileAudit audit)
{
    /// <summary>Switches them. Refused as <see cref="Refusal.Missing"/> for an unknown user, <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>.</summary>
    public Task<Outcome> RunAsync(Actor by, string username, bool on, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return audit.RunAsync(new AuditEvent(by, AuditActions.AccountChanged, AuditTarget.Account(username)), async trace =>
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
                document.Root["SendEmailReports"] = on;
                return Outcome.Done;
            }) { Trace = trace };
            return (await accounts.ChangeAsync(edit, CancellationToken.None)).Plain;
        });
    }
}
