using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Ui.Tables;

/// <summary>What the viewer does with rows: menu, ticks, bulk actions, exports; and the table's script.</summary>
public sealed partial class CometTable<TRow>
{
    private readonly string _columnsId = $"ct-{Guid.NewGuid():N}";
    private readonly string _exportId = $"ct-{Guid.NewGuid():N}";
    private ElementReference _root;
    private TableScript? _script;
    private bool _openMenu;
    private bool _exporting;
    private string? _focusColumn;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (_script is not null)
        {
            await _script.DisposeAsync();
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        WriteAddress();
        if (firstRender)
        {
            var script = new TableScript(Js);
            await script.MountAsync(_root);
            _script = script;
        }

        if (_openMenu && _script is not null)
        {
            _openMenu = false;
            await _script.OpenMenuAsync();
        }

        if (_focusColumn is { } column && _script is not null)
        {
            _focusColumn = null;
            await _script.FocusColumnAsync(column);
        }
    }

    private void AskMenu(TRow row)
    {
        _menuRow = row;
        _openMenu = true;
    }

    private Task RunAsync((RowAction<TRow> Action, TRow Row) chosen) =>
        ActAsync($"{chosen.Action.Text} for {NameOf(chosen.Row)} failed.", async () =>
        {
            await chosen.Action.Run(chosen.Row);
            return null;
        });

    private Task RunBulkAsync(BulkAction action) => ActAsync($"{action.Text} failed.", async () =>
    {
        var summary = await action.Run([.. _selection.Keys]);
        _selection.Clear();
        return summary;
    });

    /// <summary>Runs an action once at a time; afterwards the rows are loaded anew, because the viewer acted.</summary>
    private async Task ActAsync(string failed, Func<Task<string?>> act)
    {
        if (_acting)
        {
            return;
        }

        _acting = true;
        try
        {
            _notice = await act() ?? _notice;
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            return; // the page was left
        }
        catch (Exception ex)
        {
            var reference = Log(ex, failed);
            _notice = $"{failed} Reference {reference}";
        }
        finally
        {
            _acting = false;
        }

        if (!Closing.IsCancellationRequested)
        {
            await LoadAsync();
        }
    }

    private void Tick((string Key, bool Range) click)
    {
        _selection.Toggle(click.Key, click.Range, PageKeys);
        _notice = null;
        Draw();
    }

    private void TickPage()
    {
        _selection.TogglePage(PageKeys);
        Draw();
    }

    private void ClearSelection()
    {
        _selection.Clear();
        Draw();
    }

    private async Task SelectAllAsync()
    {
        _acting = true;
        try
        {
            await foreach (var rows in Source.AllAsync(Request, Closing))
            {
                _selection.Add(rows.Select(RowKey));
            }
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            Fail(ex, "The rows could not be selected.");
        }
        finally
        {
            _acting = false;
            Draw();
        }
    }
}
