using System.Text.Json;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Asking;

/// <inheritdoc />
/// <param name="links">The links.</param>
/// <param name="dispatcher">Asks the devices.</param>
public sealed class UninstallDevices(ILiveConnections links, IDeviceDispatcher dispatcher) : IUninstallDevices
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5); // somebody waits at the dialog

    /// <inheritdoc />
    public async Task<IReadOnlyList<UninstalledDevice>> RunAsync(AccountId account, bool removeSettings, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToElement(new Uninstall(removeSettings), AgentJson.Default.Uninstall);
        var told = await Task.WhenAll(links.All.Where(l => l.Account == account).Select(
            async l => (l.DeviceId, Outcome: (await dispatcher.AskAsync(l.Id, AgentProtocol.Actions.Uninstall, body, AnswerWithin, ct)).Plain)));
        return
        [
            // A device that is connected twice is uninstalled when both of its programs are.
            .. told.GroupBy(static t => t.DeviceId, StringComparer.Ordinal)
                .Select(static d => new UninstalledDevice(d.Key, d.Select(static t => t.Outcome).FirstOrDefault(static o => !o.Ok) is { Ok: false, Why.Length: > 0 } refused ? refused : Outcome.Done)),
        ];
    }
}
