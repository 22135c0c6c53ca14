using Comet.Blazor.Kernel;
using MudBlazor;

namespace Comet.Blazor.Features.Devices.Open;

/// <summary>What a person can ask a connected device for beside a backup of one Protected Item.</summary>
public enum DeviceWork
{
    /// <summary>Run one of its backup rules.</summary>
    Rule,

    /// <summary>A retention pass over a Storage Vault.</summary>
    Retention,

    /// <summary>Read the profile again.</summary>
    Refresh,

    /// <summary>Remove locks from a Storage Vault.</summary>
    Unlock,
}

/// <summary>The dialogs behind a device's row, for every page that lists devices.</summary>
public interface IDeviceMenu
{
    /// <summary>Opens the dialog for one live connection; returns when it is closed. What is not allowed is refused there in words.</summary>
    /// <param name="dialogs">The page's dialogs.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="connectionId">The live connection.</param>
    /// <param name="work">What for.</param>
    Task ShowAsync(IDialogService dialogs, Actor by, string connectionId, DeviceWork work);
}
