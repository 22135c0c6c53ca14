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
/// <param name="accounts">The accounts.</param>
/// <param name="links">The user's connections, which end.</param>
/// <param name="sessions">The user's sessions, which end.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
public sealed class SuspendUser(AccountStore accounts, ILiveConnections links, SessionStore sessions, ProfileAudit audit, TimeProvider clock)
{
    /// <summary>What connected devices and whoever signs in are told.</summary>
    public const string Sentence = "This account is suspended. Contact your backup administrator.";

    /// <summary>
    /// Suspends or releases; does nothing when that is so already. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>, as
    /// <see cref="Refusal.Missing"/> for an unknown user.
    /// </summary>
    public Task<Outcome> RunAsync(Actor by, string username, bool suspend, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return audit.RunAsync(
            new AuditEvent(by, suspend ? AuditActions.AccountSuspended : AuditActions.AccountReleased, AuditTarget.Account(username)),
            trace => ChangeAsync(by, username, suspend, trace));
    }

    private async Task<Outcome> ChangeAsync(Actor by, string username, bool suspend, ProfileTrace trace)
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
            document =>
            {
                if (document.IsSuspended != suspend)
                {
                    document.Root["IsSuspended"] = suspend;
                    document.Root["LastSuspended"] = suspend ? clock.UnixNow() : 0L;
                }

                return Outcome.Done;
            },
            tellDevices: true,
            trace,
            CancellationToken.None);
        if (changed.Ok && suspend)
        {
            await sessions.EndOfAccountAsync(target.Id, CancellationToken.None);
            await links.EndAsync(target.Id, null, AgentProtocol.CloseCodes.Forbidden, Sentence, CancellationToken.None);
        }

        return changed.Plain;
    }
}
