using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Comet.Blazor.Ui.Tables;

/// <summary>What the viewer chooses: page, size, sort, filter, columns; and the address that holds it.</summary>
public sealed partial class CometTable<TRow>
{
    // A source that answers at once is asked at each key (ui.md §6, "real time"); a slower one when typing pauses.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TypingPause = TimeSpan.FromMilliseconds(150);

    private readonly List<TableState> _written = [];
    private string _seen = "";
    private bool? _write; // the address is to be written after the next rendering; true replaces the history entry

    private TableState ReadAddress() => TableState.Read(
        UrlState ? Nav.Uri : Nav.BaseUri, DefaultSort, _size, key => Columns.Any(c => c.Key == key && c.Sortable));

    private void FollowAddress()
    {
        _seen = Nav.Uri;
        if (UrlState)
        {
            Nav.LocationChanged += AddressChanged;
        }
    }

    /// <summary>Changes the state; the address follows once the rows are on screen.</summary>
    private void Go(TableState state, bool replace)
    {
        _state = state;
        _notice = _notice is { Failed: true } ? _notice : null; // "20 rows copied" is no longer about these rows
        _write = replace && _write != false;
    }

    private void WriteAddress()
    {
        if (_write is not { } replace)
        {
            return;
        }

        _write = null;
        var uri = UrlState ? Nav.GetUriWithQueryParameters(_state.Query(DefaultSort)) : Nav.Uri;
        if (uri != Nav.Uri)
        {
            _seen = uri;
            _written.Add(_state);
            Nav.NavigateTo(uri, new NavigationOptions { ReplaceHistoryEntry = replace });
        }
    }

    /// <summary>Back, Forward, a link, or the echo of our own writing.</summary>
    private void AddressChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        if (Closing.IsCancellationRequested || new Uri(e.Location).AbsolutePath != new Uri(_seen).AbsolutePath)
        {
            return; // another page
        }

        var state = ReadAddress();
        var own = _written.IndexOf(state);
        if (own >= 0)
        {
            _written.RemoveRange(0, own + 1);
        }
        else if (e.Location != _seen && state != _state)
        {
            (_state, _text, _seen) = (state, state.Filter, e.Location);
            await LoadAsync();
            StateHasChanged();
        }
    });

    /// <summary>Other data begin with their first page, unless the address they came with asks for another.</summary>
    private void TakeAddressOfNewSource()
    {
        var state = ReadAddress();
        if (UrlState && Nav.Uri != _seen && state != _state && !_written.Contains(state))
        {
            (_state, _text) = (state, state.Filter);
        }
        else
        {
            Go(_state with { Page = 1 }, replace: true);
        }

        _seen = Nav.Uri;
    }

    private async Task ChoosePageAsync(int page)
    {
        Go(_state with { Page = page }, replace: false);
        await LoadAsync();
    }

    private async Task ChooseSizeAsync(int size)
    {
        size = TableState.Sizes.Contains(size) ? size : TableState.DefaultSize;
        var first = (_state.Page - 1) * _state.Size;
        _size = size;
        Go(_state with { Size = size, Page = (first / size) + 1 }, replace: true); // the first row on screen stays on screen
        await LoadAsync();
        await RememberAsync();
    }

    private async Task SortAsync((string Column, bool Add) click)
    {
        Go(_state.ToggleSort(click.Column, click.Add, DefaultSort), replace: true);
        await LoadAsync();
    }

    private async Task ChooseSortAsync(string sort)
    {
        Go(_state with { Sort = sort, Page = 1 }, replace: true);
        await LoadAsync();
    }

    private async Task FilterTypedAsync(string? text)
    {
        _text = text ?? "";
        _typing?.Cancel();
        if (_took <= AtOnce)
        {
            await FilterAsync(_text.Trim());
            return;
        }

        using var mine = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        var ct = mine.Token;
        _typing = mine;
        try
        {
            await Task.Delay(TypingPause, Clock, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return; // typed on
        }
        finally
        {
            _typing = _typing == mine ? null : _typing;
        }

        await FilterAsync(_text.Trim());
    }

    private Task ClearFilterAsync()
    {
        _typing?.Cancel();
        _text = "";
        return FilterAsync("");
    }

    private async Task FilterAsync(string filter)
    {
        filter = filter.Length > FilterWords.MaxLength ? filter[..FilterWords.MaxLength] : filter;
        if (filter == _state.Filter)
        {
            return;
        }

        _selection.Clear(); // nobody acts on rows that the filter hides
        Go(_state with { Filter = filter, Page = 1 }, replace: true);
        await LoadAsync();
    }

    private async Task ShowNewsAsync()
    {
        if (_rows.New > 0)
        {
            Go(_state with { Page = 1 }, replace: false);
        }

        await LoadAsync();
    }

    private Task ToggleColumnAsync(string column) => _layout.Toggle(column) ? ColumnsChangedAsync() : Task.CompletedTask;

    private async Task MoveColumnAsync((string Column, int To) move)
    {
        if (_layout.Move(move.Column, move.To))
        {
            _focusColumn = move.Column;
            await ColumnsChangedAsync();
        }
    }

    private Task ResetColumnsAsync()
    {
        _layout = _layout.Reset();
        return ColumnsChangedAsync();
    }

    private async Task ColumnsChangedAsync()
    {
        Draw();
        if (_state.Filter.Length > 0)
        {
            await LoadAsync(); // the visible columns are the searched ones
        }

        await RememberAsync();
    }

    private Task RememberAsync() => Memory.SaveAsync(Id, new TablePreference(_size, _layout.ToRemember), Closing);
}
