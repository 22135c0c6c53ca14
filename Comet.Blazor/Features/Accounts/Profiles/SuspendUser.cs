using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// Suspends a user, or lifts the suspension (spec/01 §2.1): nobody signs in as the user, no device connects, nothing runs and no mail is sent; data,
/// profile and history stay, and administrators see all of it.
/// </summary>
/// <param name="users">Changes users.</param>
/// <param name="links">The user's connections, which end.</param>
/// <param name="sessions">The user's sessions, which end.</param>
/// <param name="clock">The clock.</param>
public sealed class SuspendUser(ChangeUser users, ILiveConnections links, SessionStore sessions, TimeProvider clock)
{
    /// <summary>What connected devices and whoever signs in are told.</summary>
    public const string Sentence = "This account is suspended. Contact your backup administrator.";

    /// <summary>Suspends or releases; changes nothing when that is so already. Refused as <see cref="ChangeUser"/> refuses.</summary>
    public Task<Outcome> RunAsync(Actor by, string username, bool suspend, CancellationToken ct)
    {
        var change = new UserChange(suspend ? AuditActions.AccountSuspended : AuditActions.AccountReleased, document =>
        {
            if (document.IsSuspended != suspend)
            {
                document.Root["IsSuspended"] = suspend;
                document.Root["LastSuspended"] = suspend ? clock.UnixNow() : 0L;
            }

            return Outcome.Done;
        })
        {
            Then = async (account, _) =>
            {
                if (suspend)
                {
                    await sessions.EndOfAccountAsync(account, CancellationToken.None);
                    await links.EndAsync(account, null, AgentProtocol.CloseCodes.Forbidden, Sentence, CancellationToken.None);
                }
            },
        };
        return users.RunAsync(by, username, change, ct);
    }
}
