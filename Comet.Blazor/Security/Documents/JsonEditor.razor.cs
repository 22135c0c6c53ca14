using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Comet.Blazor.Security.Documents;

/// <summary>
/// A field for a long JSON text with numbers beside its lines. What stands in it stays in the browser and is asked for with <see cref="TextAsync"/>: it
/// may be longer than a message of the page's connection.
/// </summary>
public sealed partial class JsonEditor
{
    /// <summary>The longest text, in characters.</summary>
    public const int MaxLength = 16_000_000;

    private ElementReference _field;
    private ElementReference _lines;
    private IJSObjectReference? _module;
    private string? _text;
    private string? _given;
    private int _loads;
    private bool _fresh;

    /// <summary>Id of the field.</summary>
    [Parameter]
    public string Id { get; set; } = "raw";

    /// <summary>Its label.</summary>
    [Parameter]
    [EditorRequired]
    public required string Label { get; set; }

    /// <summary>The text to begin with. Another one replaces what was typed; the same one leaves it.</summary>
    [Parameter]
    [EditorRequired]
    public required string Text { get; set; }

    /// <summary>It can be read and copied, not changed.</summary>
    [Parameter]
    public bool ReadOnly { get; set; }

    /// <summary>What stands there is wrong.</summary>
    [Parameter]
    public bool Invalid { get; set; }

    /// <summary>Id of what explains the field.</summary>
    [Parameter]
    public string? DescribedBy { get; set; }

    /// <summary>Height in lines.</summary>
    [Parameter]
    public int Rows { get; set; } = 26;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    /// <summary>What stands in the field.</summary>
    public async Task<string> TextAsync()
    {
        var module = await ModuleAsync();
        await using var bytes = await module.InvokeAsync<IJSStreamReference>("text", _field);
        await using var stream = await bytes.OpenReadStreamAsync(MaxLength * 3L);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Puts the caret there and the place into sight.</summary>
    /// <param name="line">From 1.</param>
    /// <param name="column">From 1.</param>
    public async Task ShowAsync(long line, long column) => await (await ModuleAsync()).InvokeVoidAsync("show", _field, line, column);

    /// <summary>Copies all of it; false when the browser does not allow that.</summary>
    public async Task<bool> CopyAsync() => await (await ModuleAsync()).InvokeAsync<bool>("copy", _field);

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
    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_given, Text) && _given != Text)
        {
            (_given, _text, _fresh) = (Text, Text, true);
            _loads++; // a new field: what was typed into the old one goes with it
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_fresh)
        {
            _fresh = false;
            try
            {
                await (await ModuleAsync()).InvokeVoidAsync("number", _field, _lines);
            }
            catch (JSDisconnectedException)
            {
                _module = null; // the tab is gone
            }
        }
    }

    private async Task<IJSObjectReference> ModuleAsync() => _module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./Security/Documents/JsonEditor.razor.js");
}
