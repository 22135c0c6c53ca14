using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Comet.Blazor.Security.Settings.Raw;

/// <summary>The settings as text, an advanced action (spec/04 §6): edit, check, look at what changes, save.</summary>
public sealed partial class RawSettingsPage
{
    private const string Address = SettingsSection.Root + "/raw";
    private ElementReference _field;
    private IJSObjectReference? _module;
    private RawText? _shown;
    private IReadOnlyList<AuditDifference>? _differences;
    private string? _checked;
    private Outcome? _wrong;
    private int _loads;
    private bool _busy;

    [Inject]
    private RawSettings Raw { get; set; } = default!;

    [Inject]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private ISnackbar Toasts { get; set; } = default!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            _module = null; // the tab is gone
        }
    }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var read = Raw.Read(await Viewer.ActorAsync());
        _shown = read.Ok ? read.Value : null; // the page is not shown
        (_differences, _checked, _wrong) = (null, null, null);
        _loads++; // a new field: what was typed into the old one goes with it
    }

    private void Back() => (_differences, _checked, _wrong) = (null, null, null);

    private Task NextAsync() => _busy ? Task.CompletedTask : _checked is null ? CheckAsync() : SaveAsync(_checked);

    private async Task CheckAsync()
    {
        (_busy, _wrong) = (true, null);
        try
        {
            var text = await TextAsync();
            var by = await Viewer.ActorAsync();
            var preview = await Task.Run(() => Raw.Preview(by, text, _shown!.Mark));
            (_differences, _wrong) = (preview.Value, preview.Ok ? null : preview.Plain);
            _checked = preview is { Ok: true, Value.Count: > 0 } ? text : null;
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task SaveAsync(string text)
    {
        (_busy, _wrong) = (true, null);
        var saved = await Saving.TryAsync(async () => await Raw.SaveAsync(await Viewer.ActorAsync(), text, _shown!.Mark, await Viewer.KeyAsync()));
        _busy = false;
        if (saved.Ok)
        {
            await LoadAsync();
            Toasts.Add("The settings are saved.", Severity.Success);
        }
        else
        {
            _wrong = saved;
        }
    }

    /// <summary>The field's text, as a stream: it may be longer than a message of the page's connection.</summary>
    private async Task<string> TextAsync()
    {
        _module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./Security/Settings/Raw/RawSettingsPage.razor.js");
        await using var bytes = await _module.InvokeAsync<IJSStreamReference>("text", _field);
        await using var stream = await bytes.OpenReadStreamAsync(RawSettings.MaxLength * 3L);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
