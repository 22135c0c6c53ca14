using Comet.Blazor.Data;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Organizations;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// When an organization becomes suspended (contract: Organization.IsSuspended; spec/01 §2.1), all its users count as suspended, their sessions and
/// connections end, and so do the sessions of its administrators; the sign-in refuses all of them from then on. So it goes with whoever is moved into one.
/// </summary>
/// <param name="settings">Where organizations and administrators are kept.</param>
/// <param name="organizations">The organizations.</param>
/// <param name="administrators">Their administrators.</param>
/// <param name="accounts">Their accounts.</param>
/// <param name="sessions">Who is signed in.</param>
/// <param name="links">The users' devices.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Hears of what could not be ended; it is tried again with the next change.</param>
public sealed partial class SuspendedOrganizations(
    SettingsFile settings, OrganizationList organizations, AdministratorStore administrators, AccountStore accounts, SessionStore sessions, ILiveConnections links, TimeProvider clock,
    ILogger<SuspendedOrganizations> log) : BackgroundService
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(250);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HashSet<string> _dealtWith = new(StringComparer.Ordinal); // ids of accounts and names of administrators

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await accounts.SuspendAsync(Now(), cancellationToken); // before the first device or mail asks
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LookAsync(stoppingToken);
            await Task.WhenAll(FollowAsync(settings.Changed, stoppingToken), FollowAsync(accounts.Changed, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task FollowAsync(LiveSignal signal, CancellationToken ct)
    {
        await foreach (var _ in signal.TicksAsync(AtMostEvery, clock, ct))
        {
            await LookAsync(ct);
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            await accounts.SuspendAsync(Now(), CancellationToken.None);
            var administratorsNow = administrators.All.Where(static a => a.IsSuspended).Select(static a => a.Name).ToList();
            var accountsNow = accounts.All.Where(static a => a.WithOrganization).Select(static a => a.Id).ToList();
            _dealtWith.IntersectWith(administratorsNow.Select(Key).Concat(accountsNow.Select(Key)));
            foreach (var name in administratorsNow)
            {
                await OnceAsync(Key(name), () => sessions.EndOthersAsync(ActorKind.Administrator, name, null, CancellationToken.None));
            }

            foreach (var account in accountsNow)
            {
                await OnceAsync(Key(account), async () =>
                {
                    await links.EndAsync(account, null, AgentProtocol.CloseCodes.Forbidden, SuspendUser.Sentence, CancellationToken.None);
                    await sessions.EndOfAccountAsync(account, CancellationToken.None);
                });
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private static string Key(string administrator) => "administrator " + administrator;

    private static string Key(AccountId account) => "account " + account.Value;

    /// <summary>A full disk must neither keep the others from being ended nor stop the server.</summary>
    private async Task OnceAsync(string whose, Func<Task> end)
    {
        if (!_dealtWith.Add(whose))
        {
            return;
        }

        try
        {
            await end();
        }
        catch (IOException ex)
        {
            _dealtWith.Remove(whose);
            LogStays(ex, whose);
        }
    }

    private HashSet<string> Now() => [.. organizations.All.Select(static o => o.Id).Where(organizations.IsSuspended)];

    [LoggerMessage(LogLevel.Error, "The organization of {Whose} is suspended, but its sessions could not be removed for good; that is tried again.")]
    private partial void LogStays(Exception ex, string whose);
}
