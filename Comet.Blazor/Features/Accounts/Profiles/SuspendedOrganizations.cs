using Comet.Blazor.Data;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Security.Organizations;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// When an organization becomes suspended (contract: Organization.IsSuspended; spec/01 §2.1), the sessions and connections of all its users end; the sign-in
/// refuses them from then on.
/// </summary>
/// <param name="settings">Where organizations are kept.</param>
/// <param name="organizations">The organizations.</param>
/// <param name="accounts">The accounts.</param>
/// <param name="sessions">The users' sessions.</param>
/// <param name="links">The users' devices.</param>
/// <param name="clock">The clock.</param>
public sealed class SuspendedOrganizations(SettingsFile settings, OrganizationList organizations, AccountStore accounts, SessionStore sessions, ILiveConnections links, TimeProvider clock)
    : BackgroundService
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var known = Now();
            await foreach (var _ in settings.Changed.TicksAsync(AtMostEvery, clock, stoppingToken))
            {
                var now = Now();
                foreach (var account in accounts.All.Where(a => now.Contains(a.OrganizationId) && !known.Contains(a.OrganizationId)))
                {
                    await sessions.EndOfAccountAsync(account.Id, CancellationToken.None);
                    await links.EndAsync(account.Id, null, AgentProtocol.CloseCodes.Forbidden, SuspendUser.Sentence, CancellationToken.None);
                }

                known = now;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private HashSet<string> Now() => [.. organizations.All.Select(static o => o.Id).Where(organizations.IsSuspended)];
}
