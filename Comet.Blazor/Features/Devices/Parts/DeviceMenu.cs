using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using MudBlazor;

namespace Comet.Blazor.Features.Devices.Parts;

/// <summary>Opens <see cref="DeviceWorkDialog"/>.</summary>
public sealed class DeviceMenu : IDeviceMenu
{
    /// <inheritdoc />
    public async Task ShowAsync(IDialogService dialogs, Actor by, string connectionId, DeviceWork work)
    {
        var dialog = await dialogs.ShowAsync<DeviceWorkDialog>(
            null,
            new DialogParameters<DeviceWorkDialog> { { d => d.By, by }, { d => d.ConnectionId, connectionId }, { d => d.Work, work } },
            new DialogOptions { CloseOnEscapeKey = true, BackdropClick = false, MaxWidth = MaxWidth.False });
        await dialog.Result;
    }
}
