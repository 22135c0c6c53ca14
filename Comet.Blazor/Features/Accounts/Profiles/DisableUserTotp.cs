using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// Takes the TOTP factor from a user (spec/01 §2.1, contract: admin/disable-user-totp): for somebody who has lost the phone. The password alone opens
/// again; only the user can set the factor up anew.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="sessions">The user's sessions, which end.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class DisableUserTotp(AccountStore accounts, SessionStore sessions, ProfileAudit audit)
{
    /// <summary>
    /// Disables it; does nothing for a user without it. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>, as
    /// <see cref="Refusal.Missing"/> for an unknown user.
    /// </summary>
    public Task<Outcome> RunAsync(Actor by, string username, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return audit.RunAsync(new AuditEvent(by, AuditActions.AccountTotpDisabled, AuditTarget.Account(username)), trace => ChangeAsync(by, username, trace));
    }

    private async Task<Outcome> ChangeAsync(Actor by, string username, ProfileTrace trace)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        var changed = await accounts.ChangeAsync(
            target.Id,
            null,
            static document =>
            {
                if (document.Root.Text("TOTPKey").Length > 0 || document.Root.Flag("AllowPasswordAndTOTPLogin"))
                {
                    document.Root["TOTPKey"] = "";
                    document.Root["AllowPasswordAndTOTPLogin"] = false;
                    document.Root["AllowPasswordLogin"] = true;
                }

                return Outcome.Done;
            },
            tellDevices: false,
            trace,
            CancellationToken.None);
        if (changed.Ok && trace.IsChanged)
        {
            await sessions.EndOfAccountAsync(target.Id, CancellationToken.None);
        }

        return changed.Plain;
    }
}
