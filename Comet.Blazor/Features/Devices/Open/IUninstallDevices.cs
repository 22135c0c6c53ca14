using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices.Open;

/// <summary>What a device has answered when it was asked to uninstall.</summary>
/// <param name="DeviceId">The device.</param>
/// <param name="Outcome">Done: it ends its work for good. Else why not, in the device's words where it has any.</param>
public sealed record UninstalledDevice(string DeviceId, Outcome Outcome);

/// <summary>Asks the connected devices of an account to uninstall the client. Asks no rights: a part of commands that have.</summary>
public interface IUninstallDevices
{
    /// <summary>Asks all of them at once and answers for each; one that is not connected is not among them.</summary>
    /// <param name="account">The account, which may be gone already.</param>
    /// <param name="removeSettings">The client's settings on the device go, too.</param>
    /// <param name="ct">Ends the wait.</param>
    Task<IReadOnlyList<UninstalledDevice>> RunAsync(AccountId account, bool removeSettings, CancellationToken ct);
}
