using System.Text.Json;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Asking;

/// <summary>Tells devices a new password, wrapped so that only a device that knows the present one can read it.</summary>
/// <param name="links">The links.</param>
/// <param name="dispatcher">Asks the devices.</param>
public sealed class DevicePasswords(ILiveConnections links, IDeviceDispatcher dispatcher) : IDevicePasswords
{
    private const string Known = "The account's password has been changed, and this device has the new one.";
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5); // somebody waits at the form

    /// <inheritdoc />
    public async Task ChangedAsync(AccountId account, string password, byte[] presentWrapKey, string why)
    {
        var all = links.All.Where(l => l.Account == account).ToList();
        var told = await Task.WhenAll(all.Select(async l => (l.DeviceId, Stored: (await TellAsync(l.Id, password, presentWrapKey)).Ok)));
        foreach (var device in told.GroupBy(static t => t.DeviceId, StringComparer.Ordinal).Where(static d => d.All(static t => t.Stored)))
        {
            await links.EndAsync(account, device.Key, AgentProtocol.CloseCodes.Normal, Known, CancellationToken.None);
        }

        await links.EndAsync(account, null, AgentProtocol.CloseCodes.BadCredentials, why, CancellationToken.None);
    }

    /// <summary>Tells one device; done when it has stored the password.</summary>
    public async Task<Outcome> TellAsync(string connectionId, string password, byte[] presentWrapKey)
    {
        var ask = new UpdatePassword(VaultKeyWrap.Wrap(UpdatePassword.For, password, presentWrapKey));
        return (await dispatcher.AskAsync(
            connectionId, AgentProtocol.Actions.UpdatePassword, JsonSerializer.SerializeToElement(ask, AgentJson.Default.UpdatePassword), AnswerWithin, CancellationToken.None)).Plain;
    }
}
