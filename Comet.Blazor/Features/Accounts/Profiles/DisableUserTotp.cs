using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// Takes the TOTP factor from a user (spec/01 §2.1, contract: admin/disable-user-totp): for somebody who has lost the phone. The password alone opens
/// again; only the user can set the factor up anew.
/// </summary>
/// <param name="users">Changes users.</param>
/// <param name="sessions">The user's sessions, which end.</param>
public sealed class DisableUserTotp(ChangeUser users, SessionStore sessions)
{
    /// <summary>Disables it; does nothing for a user without it. Refused as <see cref="ChangeUser"/> refuses.</summary>
    public Task<Outcome> RunAsync(Actor by, string username, CancellationToken ct)
    {
        var change = new UserChange(AuditActions.AccountTotpDisabled, static document =>
        {
            if (document.Root.Text("TOTPKey").Length > 0 || document.Root.Flag("AllowPasswordAndTOTPLogin"))
            {
                document.Root["TOTPKey"] = "";
                document.Root["AllowPasswordAndTOTPLogin"] = false;
                document.Root["AllowPasswordLogin"] = true;
            }

            return Outcome.Done;
        })
        {
            TellDevices = false,
            Then = (account, changed) => changed ? sessions.EndOfAccountAsync(account, CancellationToken.None) : Task.CompletedTask,
        };
        return users.RunAsync(by, username, change, ct);
    }
}
