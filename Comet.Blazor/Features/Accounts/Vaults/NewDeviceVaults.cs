using System.Threading.Channels;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>
/// Gives each newly registered device a Storage Vault of its own when its account (contract: AutoStorageTemplateGUID; spec/01 §2.1) or
/// its policy (DefaultNewStorageVault) asks for that, and then the backup rules of the policy that were waiting for a vault. After the registration,
/// not within it: a storage that can't be made must not keep a device out.
/// </summary>
/// <param name="devices">Tells of new devices.</param>
/// <param name="accounts">The accounts.</param>
/// <param name="request">Makes vaults.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Told of vaults that could not be made.</param>
public sealed partial class NewDeviceVaults(AccountDevices devices, AccountStore accounts, RequestVault request, TimeProvider clock, ILogger<NewDeviceVaults> log) : BackgroundService
{
    private readonly Channel<NewDevice> _new = Channel.CreateUnbounded<NewDevice>(new UnboundedChannelOptions { SingleReader = true });

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        devices.Registered += Note;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        devices.Registered -= Note;
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var device in _new.Reader.ReadAllAsync(stoppingToken))
            {
                await MakeAsync(device);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

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

    private void Note(NewDevice device) => _new.Writer.TryWrite(device);

    private async Task MakeAsync(NewDevice device)
    {
        try
        {
            if (await accounts.ReadAsync(device.Account, CancellationToken.None) is not { } profile || Template(profile) is not { } template)
            {
                return;
            }

            var made = await request.RunAsync(Actor.Server, profile.Username, template, device.ServerAddress, device.DeviceId, null, CancellationToken.None);
            if (!made.Ok)
            {
                LogNone(device.DeviceId, profile.Username, made.Why);
                return;
            }

            await accounts.ChangeAsync(device.Account, null, document => Rules(document, device.DeviceId), tellDevices: true, CancellationToken.None);
        }
        catch (Exception ex)
        {
            LogFault(ex, device.DeviceId); // the next device is waiting
        }
    }

    [LoggerMessage(LogLevel.Warning, "The new device {Device} of user \"{User}\" got no Storage Vault of its own: {Why}")]
    private partial void LogNone(string device, string user, string why);

    [LoggerMessage(LogLevel.Error, "The new device {Device} got no Storage Vault of its own.")]
    private partial void LogFault(Exception ex, string device);
}
