using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Comet.Blazor.Ui.Parts;

/// <summary>
/// The files of another computer as a tree with tick boxes; folders are read when they are opened. It knows nobody: whoever uses it says how a
/// folder is read. Arrow keys move within it, Space ticks, Right and Left open and close.
/// </summary>
public sealed partial class FileBrowser
{
    private readonly Dictionary<string, FolderListing> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _wrong = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reading = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _gone = new();
    private ElementReference _root;
    private IJSObjectReference? _module;
    private IJSObjectReference? _script;
    private object? _source;

    /// <summary>Reads folders.</summary>
    [Parameter, EditorRequired]
    public required FolderLoader Load { get; set; }

    /// <summary>Names whose files these are, such as the connection's id; another one begins anew.</summary>
    [Parameter, EditorRequired]
    public required object Source { get; set; }

    /// <summary>What is ticked.</summary>
    [Parameter]
    public FileTicks Ticks { get; set; } = FileTicks.None;

    /// <summary>Something was ticked or unticked.</summary>
    [Parameter]
    public EventCallback<FileTicks> TicksChanged { get; set; }

    /// <summary>Nothing can be ticked now.</summary>
    [Parameter]
    public bool Disabled { get; set; }

    /// <summary>What the tree is called for those who can't see it.</summary>
    [Parameter]
    public string Label { get; set; } = "Files of the device";

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _gone.Dispose();
        try
        {
            if (_script is not null)
            {
                await _script.InvokeVoidAsync("dispose");
                await _script.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            return; // the page is gone, and the script with it
        }
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (!Equals(_source, Source))
        {
            _source = Source;
            _open.Clear();
            _wrong.Clear();
            _shown.Clear();
            await OpenAsync("");
            if (_open.TryGetValue("", out var roots) && roots.Things is [{ IsFolder: true } only])
            {
                await ToggleAsync(only.Path);
            }
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _module = await Js.InvokeAsync<IJSObjectReference>("import", "./Ui/Parts/FileBrowser.razor.js");
            _script = await _module.InvokeAsync<IJSObjectReference>("mount", _root);
        }

        if (_script is not null)
        {
            await _script.InvokeVoidAsync("mark");
        }
    }

    private async Task ToggleAsync(string path)
    {
        if (!_shown.Remove(path))
        {
            _shown.Add(path);
            if (!_open.ContainsKey(path))
            {
                await OpenAsync(path);
            }
        }
    }

    private async Task OpenAsync(string path)
    {
        _wrong.Remove(path);
        await ReadAsync(path, "");
    }

    private Task MoreAsync(string path) => ReadAsync(path, _open[path].Next ?? "");

    private async Task ReadAsync(string path, string after)
    {
        if (!_reading.Add(path))
        {
            return;
        }

        var source = _source;
        try
        {
            var read = await Load(path, after, _gone.Token);
            if (!Equals(source, _source))
            {
                return;
            }

            if (!read.Ok)
            {
                _wrong[path] = read.Why;
            }
            else
            {
                _open[path] = after.Length > 0 && _open.TryGetValue(path, out var known) ? read.Value with { Things = [.. known.Things, .. read.Value.Things] } : read.Value;
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _reading.Remove(path);
        }
    }

    private Task TickAsync(string path, bool take) => TicksChanged.InvokeAsync(Ticks.With(path, take));
}
