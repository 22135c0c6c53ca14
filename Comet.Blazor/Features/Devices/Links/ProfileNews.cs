using System.Collections.Concurrent;
using System.Globalization;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>
/// Tells connected devices that their profile changed, a few times a second at most, and ends the links of devices that were revoked and of
/// accounts that were suspended or removed.
/// </summary>
/// <param name="devices">Where news comes from.</param>
/// <param name="accounts">What stands now.</param>
/// <param name="live">The links.</param>
/// <param name="clock">The clock.</param>
public sealed class ProfileNews(IAccountDevices devices, IAccountDirectory accounts, LiveLinks live, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(250);
    private static long _id;
    private readonly ConcurrentDictionary<AccountId, bool> _changed = new();
    private readonly LiveSignal _news = new();

    /// <summary>A request to ask for the profile again; nobody waits for its answer.</summary>
    public static Request Refetch() => new(string.Create(CultureInfo.InvariantCulture, $"news-{Interlocked.Increment(ref _id)}"), AgentProtocol.Actions.RefetchProfile);

    /// <summary>Why this link may not go on; null when it may.</summary>
    public static Refused? EndReason(IAccountDirectory accounts, LiveConnection connection) =>
        accounts.Find(connection.Account) is not { } account ? Refusals.Revoked
        : account.IsSuspended ? Refusals.Forbidden("This account is suspended. Contact your backup administrator.")
        : !accounts.HasDevice(connection.Account, connection.DeviceId) ? Refusals.Revoked
        : null;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        devices.ProfileChanged += OnChanged;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        devices.ProfileChanged -= OnChanged;
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var _ in _news.TicksAsync(AtMostEvery, clock, stoppingToken))
            {
                foreach (var account in _changed.Keys)
                {
                    _changed.TryRemove(account, out var _);
                    Tell(account);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private void OnChanged(AccountId account)
    {
        _changed[account] = true;
        _news.Raise();
    }

    private void Tell(AccountId account)
    {
        foreach (var link in live.OfAccount(account))
        {
            if (EndReason(accounts, link.Connection) is { } why)
            {
                live.Close(link, why);
            }
            else
            {
                link.Link.Send(Refetch());
            }
        }
    }
}
