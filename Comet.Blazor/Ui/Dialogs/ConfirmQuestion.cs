using MudBlazor;

namespace Comet.Blazor.Ui.Dialogs;

/// <summary>A question before something that can't be undone, or that disturbs.</summary>
/// <param name="Title">A question with the object's name: "Revoke MD-FS01?".</param>
/// <param name="Text">What happens, with counts, and what can't be undone.</param>
/// <param name="Yes">Verb and object: "Revoke device".</param>
/// <param name="No">The way out: "Keep device".</param>
public sealed record ConfirmQuestion(string Title, string Text, string Yes, string No)
{
    /// <summary>What must be typed before the button works; null for a plain question.</summary>
    public string? TypeToConfirm { get; init; }

    /// <summary>Red button.</summary>
    public bool Dangerous { get; init; } = true;

    /// <summary>Asks; true when the person agreed.</summary>
    public async Task<bool> AskAsync(IDialogService dialogs)
    {
        var parameters = new DialogParameters<ConfirmDialog> { { d => d.Question, this } };
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(Title, parameters, new DialogOptions { MaxWidth = MaxWidth.ExtraSmall, FullWidth = true, CloseOnEscapeKey = true });
        return await dialog.Result is { Canceled: false };
    }
}
