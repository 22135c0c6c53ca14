using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Comet.Blazor.Ui.Tables;

/// <summary>The part of the table that runs in the browser: keyboard, positions of menus, tooltips of cut texts, downloads.</summary>
/// <param name="js">The browser.</param>
internal sealed class TableScript(IJSRuntime js) : IAsyncDisposable
{
    private IJSObjectReference? _module;
    private IJSObjectReference? _table;
    private Task _mounting = Task.CompletedTask;

    /// <summary>Attaches it to the table's root element.</summary>
    public Task MountAsync(ElementReference root) => _mounting = AttachAsync(root);

    /// <summary>Opens the row menu, at the pointer after a right click, else at its button.</summary>
    public ValueTask OpenMenuAsync() => _table?.InvokeVoidAsync("openMenu") ?? ValueTask.CompletedTask;

    /// <summary>Puts the focus back on a column of the chooser that has moved.</summary>
    public ValueTask FocusColumnAsync(string key) => _table?.InvokeVoidAsync("focusColumn", key) ?? ValueTask.CompletedTask;

    /// <summary>Puts a text on the clipboard. False when the browser refuses.</summary>
    public async Task<bool> CopyAsync(DotNetStreamReference text, CancellationToken ct) =>
        _table is not null && await _table.InvokeAsync<bool>("copy", ct, text);

    /// <summary>Saves a file.</summary>
    public ValueTask DownloadAsync(string name, string type, DotNetStreamReference content, CancellationToken ct) =>
        _table?.InvokeVoidAsync("download", ct, name, type, content) ?? ValueTask.CompletedTask;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _mounting; // a page can be left before its script has come
        try
        {
            if (_table is not null)
            {
                await _table.InvokeVoidAsync("dispose");
                await _table.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (Exception ex) when (ex is JSDisconnectedException or OperationCanceledException)
        {
            _table = null; // the tab is gone, and its script with it
        }
    }

    private async Task AttachAsync(ElementReference root)
    {
        try
        {
            _module = await js.InvokeAsync<IJSObjectReference>("import", "./Ui/Tables/CometTable.razor.js");
            _table = await _module.InvokeAsync<IJSObjectReference>("mount", root);
        }
        catch (Exception ex) when (ex is JSDisconnectedException or OperationCanceledException)
        {
            _module = null; // the tab is gone
        }
    }
}
