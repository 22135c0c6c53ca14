using System.Text.Json.Nodes;
using System.Threading.Channels;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>
/// Gives each newly registered device a Storage Vault of its own when its account (contract: AutoStorageTemplateGUID; spec/01 §2.1) or
/// its policy (DefaultNewStorageVault) asks for that, and then the backup rules of the policy that were waiting for a vault. After the registration,
/// not within it: a storage that can't be made must not keep a device out. What does not succeed is tried again, after a restart and after an hour, then
/// at growing distances.
/// </summary>
/// <param name="devices">Tells of new devices.</param>
/// <param name="waiting">Which devices wait.</param>
/// <param name="accounts">The accounts.</param>
/// <param name="request">Makes vaults.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Told of vaults that could not be made.</param>
public sealed partial class NewDeviceVaults(
    AccountDevices devices, WaitingDevices waiting, AccountStore accounts, RequestVault request, TimeProvider clock, ILogger<NewDeviceVaults> log) : BackgroundService
{
    private const int LongestHours = 24;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Dictionary<NewDevice, (long At, int Hours)> _tried = [];

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        devices.Registered += Ring;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        devices.Registered -= Ring;
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await LookAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private static bool HasOwn(AccountDocument profile, string deviceId) => profile.Root.Entries("Destinations").Any(v => v.Value.Texts("AssociatedDevices") is [var only] && only == deviceId);

    private string? Template(AccountDocument profile) =>
        profile.Root.Text("AutoStorageTemplateGUID") is { Length: > 0 } own ? own
        : UserPolicy.Of(profile.Root).DefaultNewStorageVault is var mode && mode == VaultModes.ServerControlled
            ? request.Templates(Actor.Server, profile.Username).Value?.FirstOrDefault()?.Id
        : VaultModes.Template(mode);

    private Outcome Rules(AccountDocument document, string deviceId)
    {
        if (accounts.Entry(document.Id)?.Device(deviceId) is { } device)
        {
            NewDevices.Give(document, deviceId, device.Os, clock.UnixNow());
        }

        return Outcome.Done;
    }

    private void Ring() => _bell.Writer.TryWrite(true);

    private async Task WaitAsync(CancellationToken stop)
    {
        using var hour = new CancellationTokenSource(Hour, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(hour.Token, stop);
        try
        {
            await _bell.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return; // time to try again
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        try
        {
            Dictionary<NewDevice, (long At, int Hours)> left = [];
            foreach (var device in await waiting.ReadAsync(stop))
            {
                stop.ThrowIfCancellationRequested();
                var (at, hours) = _tried.GetValueOrDefault(device);
                if (hours > 0 && clock.GetElapsedTime(at) < hours * Hour)
                {
                    left[device] = (at, hours);
                }
                else if (!await MakeAsync(device))
                {
                    left[device] = (clock.GetTimestamp(), Math.Clamp(2 * hours, 1, LongestHours));
                }
            }

            _tried = left;
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            LogUnread(ex);
        }
    }

    /// <summary>False when it is to be tried again.</summary>
    private async Task<bool> MakeAsync(NewDevice device)
    {
        try
        {
            if (await accounts.ReadAsync(device.Account, CancellationToken.None) is { } profile && profile.Devices[device.DeviceId] is JsonObject && Template(profile) is { } template)
            {
                // It has one already when the server was ended right after that was made.
                var made = HasOwn(profile, device.DeviceId)
                    ? Outcome.Done
                    : (await request.RunAsync(Actor.Server, profile.Username, template, device.ServerAddress, device.DeviceId, null, CancellationToken.None)).Plain;
                if (!made.Ok)
                {
                    LogNone(device.DeviceId, profile.Username, made.Why);
                    return false;
                }

                await accounts.ChangeAsync(device.Account, null, document => Rules(document, device.DeviceId), tellDevices: true, CancellationToken.None);
            }

            await waiting.ForgetAsync(device);
            return true;
        }
        catch (Exception ex)
        {
            LogFault(ex, device.DeviceId); // the next device is waiting
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The new device {Device} of user \"{User}\" got no Storage Vault of its own; that is tried again. {Why}")]
    private partial void LogNone(string device, string user, string why);

    [LoggerMessage(LogLevel.Error, "The new device {Device} got no Storage Vault of its own; that is tried again.")]
    private partial void LogFault(Exception ex, string device);

    [LoggerMessage(LogLevel.Error, "New devices could not be looked at for Storage Vaults of their own; that is tried again.")]
    private partial void LogUnread(Exception ex);
}
